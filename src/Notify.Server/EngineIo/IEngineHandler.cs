using Notify.Protocol.EngineIo;

namespace Notify.Server.EngineIo;

/// <summary>What an application does with a session. Never called by two threads at once; must not block.</summary>
public interface IEngineHandler
{
    /// <summary>The session is open; the handshake is queued.</summary>
    void OnOpen();

    /// <summary>The client sent a message. Text is valid during the call only; binary data may be kept.</summary>
    void OnMessage(in EnginePacket message);

    /// <summary>The session is over. Called once.</summary>
    void OnClose(EngineCloseReason reason);

    /// <summary>Waits until the application can take more from this client.</summary>
    Task ReadyAsync();
}
