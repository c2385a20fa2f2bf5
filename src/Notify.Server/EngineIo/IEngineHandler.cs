using Notify.Broker.Revocations;
using Notify.Protocol.EngineIo;
using Notify.Server.Sessions;

namespace Notify.Server.EngineIo;

/// <summary>
/// Handles the events of a session for the application. All calls except <see cref="Read"/> are turns of the session: they never run
/// concurrently, must be short and must not block.
/// </summary>
public interface IEngineHandler
{
    /// <summary>Called when the session is open and its handshake is queued.</summary>
    void OnOpen();

    /// <summary>
    /// Parses a message of the client. The client chooses the cost of this, so it is not a turn of the session, and only this client waits
    /// for it. Called for one message at a time, in their order. Text is only valid during the call; binary data may be kept. Returns the
    /// action that the message requests, or null. The action runs in a turn of the session before the next message is parsed.
    /// </summary>
    Action? Read(in EnginePacket message);

    /// <summary>Called once when the session has ended.</summary>
    void OnClose(EngineCloseReason reason);

    /// <summary>Called when the time of <see cref="EngineLifecycle.WakeAt"/> has come. Does nothing by default.</summary>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    void OnWake(long now)
    {
    }

    /// <summary>
    /// Ends the session for a backend that names it or a connection in it. Returns whether it ends. Does nothing by default.
    /// </summary>
    /// <param name="id">The id that the backend has named.</param>
    /// <param name="kind">Why, which decides whether the client comes back.</param>
    /// <param name="reason">The backend's reason, for the client; may be empty.</param>
    bool TryDisconnect(string id, DisconnectKind kind, string reason) => false;

    /// <summary>Describes the client for an operator. By default nothing is known about it.</summary>
    ConnectionFacts Describe() => new(Socket: null);

    /// <summary>Waits until the application can accept more input from this client.</summary>
    Task ReadyAsync();
}
