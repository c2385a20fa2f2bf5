namespace Notify.Server.EngineIo;

/// <summary>Why an Engine.IO session is over.</summary>
public enum EngineCloseReason
{
    /// <summary>The client said so.</summary>
    ClientClosed,

    /// <summary>The connection broke.</summary>
    TransportError,

    /// <summary>No sign of life in time.</summary>
    PingTimeout,

    /// <summary>Something that is no packet, or a packet in the wrong direction.</summary>
    ParseError,

    /// <summary>Two polls, or two posts, at once.</summary>
    Overlap,

    /// <summary>The application ended it; the client is told.</summary>
    ServerClosed,

    /// <summary>The server cannot go on with it; the client should come back.</summary>
    Interrupted,

    /// <summary>The client does not read fast enough; it should come back.</summary>
    Slow,
}
