using System.Text.Json;
using Notify.Protocol.SocketIo;
using Notify.Server.EngineIo;

namespace Notify.Server.SocketIo;

/// <summary>What an application does with Socket.IO sockets. For one session never called by two threads at once; must not block.</summary>
public interface ISocketIoApplication
{
    /// <summary>Whether a namespace exists.</summary>
    bool HasNamespace(string name);

    /// <summary>Whether a client that comes back may have the channels of its session again; asked before <see cref="OnConnect"/>.</summary>
    /// <param name="session">The session that carries it.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="auth">What the client gave as <c>auth</c>.</param>
    bool MayResume(EngineSession session, IReadOnlyCollection<string> channels, JsonElement? auth);

    /// <summary>A client entered a namespace; the answer to its request is queued already.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="auth">What the client gave as <c>auth</c>; null for clients that cannot, and when there is none.</param>
    void OnConnect(SocketIoSocket socket, JsonElement? auth);

    /// <summary>The client emitted an event.</summary>
    void OnEvent(SocketIoSocket socket, SocketPacket packet);

    /// <summary>The client left the namespace, or its session is over. Called once for each <see cref="OnConnect"/>.</summary>
    void OnDisconnect(SocketIoSocket socket);

    /// <summary>Waits until the application can take more from this client.</summary>
    Task ReadyAsync();
}
