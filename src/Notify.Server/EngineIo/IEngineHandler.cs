using Notify.Protocol.EngineIo;

namespace Notify.Server.EngineIo;

/// <summary>
/// What an application does with a session. All but <see cref="Read"/> is a turn of the session: never beside another turn, short, and
/// never waiting.
/// </summary>
public interface IEngineHandler
{
    /// <summary>The session is open; the handshake is queued.</summary>
    void OnOpen();

    /// <summary>
    /// Reads a message of the client: what that costs is the client's choice, so it is no turn of the session, and nobody but the client
    /// waits for it. Called for one message at a time, in their order. Text is valid during the call only; binary data may be kept.
    /// Returns what the message asks for, which is done in a turn of the session before the next one is read; null for nothing.
    /// </summary>
    Action? Read(in EnginePacket message);

    /// <summary>The session is over. Called once.</summary>
    void OnClose(EngineCloseReason reason);

    /// <summary>Waits until the application can take more from this client.</summary>
    Task ReadyAsync();
}
