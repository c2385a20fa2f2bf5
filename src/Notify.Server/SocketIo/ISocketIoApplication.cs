using System.Text.Json;
using Notify.Protocol.SocketIo;
using Notify.Server.EngineIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// What an application does with Socket.IO sockets. What depends on the length of what a client sends is done by <see cref="Knows"/>
/// and <see cref="Read"/>, outside the turns of the session; all else is a turn, is short, and must not block. For one session neither
/// turns nor reads are called by two threads at once.
/// </summary>
public interface ISocketIoApplication
{
    /// <summary>Whether a namespace exists.</summary>
    bool HasNamespace(string name);

    /// <summary>Whether the application knows a client by what it gives as <c>auth</c>. No turn of the session.</summary>
    /// <param name="auth">What the client gave; null when there is nothing.</param>
    bool Knows(JsonElement? auth);

    /// <summary>Whether a client that comes back may have the channels of its session again; asked before <see cref="OnConnect"/>.</summary>
    /// <param name="session">The session that carries it.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="isKnown">What <see cref="Knows"/> said of the client.</param>
    bool MayResume(EngineSession session, IReadOnlyCollection<string> channels, bool isKnown);

    /// <summary>A client entered a namespace; the answer to its request is queued already.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="auth">What the client gave as <c>auth</c>; null for clients that cannot, and when there is none.</param>
    /// <param name="isKnown">What <see cref="Knows"/> said of it.</param>
    void OnConnect(SocketIoSocket socket, JsonElement? auth, bool isKnown);

    /// <summary>
    /// Reads an event, outside the turns of the session. Returns what is to be done for the socket that emitted it, in a turn of the
    /// session; null for nothing.
    /// </summary>
    Action<SocketIoSocket>? Read(SocketPacket packet);

    /// <summary>The client left the namespace, or its session is over. Called once for each <see cref="OnConnect"/>.</summary>
    void OnDisconnect(SocketIoSocket socket);

    /// <summary>Waits until the application can take more from this client.</summary>
    Task ReadyAsync();
}
