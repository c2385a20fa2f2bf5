namespace Notify.Server.EngineIo;

/// <summary>Specifies why an Engine.IO session ended.</summary>
public enum EngineCloseReason
{
    /// <summary>The client closed the session.</summary>
    ClientClosed,

    /// <summary>The connection broke.</summary>
    TransportError,

    /// <summary>The client did not answer a heartbeat in time.</summary>
    PingTimeout,

    /// <summary>The client sent an invalid packet, or one that only servers may send.</summary>
    ParseError,

    /// <summary>The client sent two polls, or two posts, at once.</summary>
    Overlap,

    /// <summary>The application ended the session. The client is informed.</summary>
    ServerClosed,

    /// <summary>The server cannot continue the session. The client should reconnect.</summary>
    Interrupted,

    /// <summary>The client does not read fast enough. It should reconnect.</summary>
    Slow,
}
