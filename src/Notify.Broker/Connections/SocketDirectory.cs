using System.Collections.Concurrent;

namespace Notify.Broker.Connections;

/// <summary>
/// The sockets of this node by their ids: each is in a room of its own, as in the original, and is written to directly: nothing sent
/// there is kept, and there is no actor for it.
/// </summary>
public sealed class SocketDirectory
{
    private readonly ConcurrentDictionary<string, (ISubscriber Socket, WireFormat Format)> _sockets = new(StringComparer.Ordinal);

    /// <summary>Puts a socket into its own room.</summary>
    public void Add(string id, ISubscriber socket, WireFormat format) => _sockets[id] = (socket, format);

    /// <summary>Takes a socket out of its own room.</summary>
    public void Remove(string id) => _sockets.TryRemove(id, out _);

    /// <summary>Finds a socket of this node.</summary>
    public bool TryFind(string id, out (ISubscriber Socket, WireFormat Format) socket) => _sockets.TryGetValue(id, out socket);
}
