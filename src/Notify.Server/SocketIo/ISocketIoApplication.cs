using System.Text.Json;
using Notify.Broker.Recovery;
using Notify.Broker.Revocations;
using Notify.Protocol.SocketIo;
using Notify.Server.Access;
using Notify.Server.EngineIo;
using Notify.Server.Sessions;

namespace Notify.Server.SocketIo;

/// <summary>
/// Handles the events of Socket.IO sockets for an application. <see cref="Knows"/> and <see cref="Read"/> parse the client's input, whose
/// length the client chooses, and run outside the turns of the session. All other calls are turns, must be short and must not block. For
/// one session neither turns nor parsing run concurrently.
/// </summary>
public interface ISocketIoApplication
{
    /// <summary>Returns whether a namespace exists.</summary>
    bool HasNamespace(string name);

    /// <summary>Returns whether the application accepts a client's <c>auth</c>. Not a turn of the session.</summary>
    /// <param name="auth">The client's <c>auth</c>; null when there is none.</param>
    bool Knows(JsonElement? auth);

    /// <summary>Gets the user of the connection; null for nobody.</summary>
    string? User => null;

    /// <summary>Describes the client for an operator; null when only its socket is known.</summary>
    ConnectionFacts? Describe() => null;

    /// <summary>
    /// Verifies the token of a client that connects. Not a turn of the session. Completes synchronously unless keys have to be read. By
    /// default nobody has a token.
    /// </summary>
    /// <param name="session">The session of the connection.</param>
    /// <param name="auth">The client's <c>auth</c>; null when there is none.</param>
    ValueTask<Identification> IdentifyAsync(EngineSession session, JsonElement? auth) => new(Identification.Nobody);

    /// <summary>Gives the connection its identity. Returns false when its user has too many connections.</summary>
    /// <param name="session">The session of the connection.</param>
    /// <param name="identity">Who the client is; null for nobody.</param>
    bool TryEnter(EngineSession session, ConnectionIdentity? identity) => true;

    /// <summary>
    /// Returns whether the client may continue a former session with its channels. Not a turn of the session. Called before
    /// <see cref="MayResume"/>.
    /// </summary>
    /// <param name="former">The former session.</param>
    /// <param name="channels">Its channels.</param>
    ValueTask<bool> MayContinueAsync(RecoverableSession former, IReadOnlyCollection<string> channels) => new(true);

    /// <summary>Called when the time of <see cref="EngineLifecycle.WakeAt"/> has come.</summary>
    /// <param name="session">The session of the connection.</param>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    void OnWake(EngineSession session, long now)
    {
    }

    /// <summary>Called when the session of the connection has ended, connected or not.</summary>
    void OnClose()
    {
    }

    /// <summary>
    /// Returns whether a reconnecting client may have the channels of its former session. Called before <see cref="OnConnect"/>.
    /// </summary>
    /// <param name="session">The session of the connection.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="isKnown">The result of <see cref="Knows"/>.</param>
    bool MayResume(EngineSession session, IReadOnlyCollection<string> channels, bool isKnown);

    /// <summary>
    /// Called when a client has connected a namespace, after the response was queued and before the client can receive it.
    /// </summary>
    /// <param name="socket">The socket.</param>
    /// <param name="auth">The client's <c>auth</c>; null when there is none or the client does not support it.</param>
    /// <param name="isKnown">The result of <see cref="Knows"/>.</param>
    void OnConnect(SocketIoSocket socket, JsonElement? auth, bool isKnown);

    /// <summary>
    /// Parses an event, outside the turns of the session. Returns the action for the socket that emitted it, which runs in a turn of the
    /// session; null for none.
    /// </summary>
    Action<SocketIoSocket>? Read(SocketPacket packet);

    /// <summary>Called when the client has left the namespace or its session has ended, once for each <see cref="OnConnect"/>.</summary>
    void OnDisconnect(SocketIoSocket socket);

    /// <summary>Ends the connection for a backend. Returns false when the application does not do that, as by default.</summary>
    /// <param name="session">The session of the connection.</param>
    /// <param name="socket">The client's socket; null when it has not connected.</param>
    /// <param name="kind">Why, which decides whether the client comes back.</param>
    /// <param name="reason">The backend's reason, for the client; may be empty.</param>
    bool TryDisconnect(EngineSession session, SocketIoSocket? socket, DisconnectKind kind, string reason) => false;

    /// <summary>Waits until the application can accept more input from this client.</summary>
    Task ReadyAsync();
}
