using System.Collections.Concurrent;

namespace Notify.Broker.Connections;

/// <summary>
/// Holds this node's sockets by their ids. As in the original server each socket has a room of its own. Notifications to it are written
/// directly, without storing them and without an actor.
/// </summary>
public sealed class SocketDirectory
{
    private readonly ConcurrentDictionary<string, (ISubscriber Socket, WireFormat Format)> _sockets = new(StringComparer.Ordinal);

    /// <summary>Adds a socket to its own room.</summary>
    public void Add(string id, ISubscriber socket, WireFormat format) => _sockets[id] = (socket, format);

    /// <summary>Removes a socket from its own room.</summary>
    public void Remove(string id) => _sockets.TryRemove(id, out _);

    /// <summary>Finds a socket of this node.</summary>
    public bool TryFind(string id, out (ISubscriber Socket, WireFormat Format) socket) => _sockets.TryGetValue(id, out socket);
}
