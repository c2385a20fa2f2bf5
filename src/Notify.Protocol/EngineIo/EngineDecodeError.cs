namespace Notify.Protocol.EngineIo;

/// <summary>Why received bytes are no Engine.IO packets. Every error ends the session ("parse error").</summary>
public enum EngineDecodeError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>A body, a frame or one packet of a body holds nothing; a trailing separator is this too.</summary>
    Empty,

    /// <summary>The packet's type is not one of 0 to 6.</summary>
    UnknownType,

    /// <summary>Revision 3: what should be a length is not a number, or ends inside a character.</summary>
    BadLength,

    /// <summary>Revision 3: the body ends before the length or the packet it announces does.</summary>
    Truncated,

    /// <summary>Revision 3, binary framing: a packet is marked neither as text (0) nor as binary (1).</summary>
    BadMarker,

    /// <summary>The text of a WebSocket message is not UTF-8.</summary>
    BadUtf8,

    /// <summary>A body holds more than <see cref="PayloadDecoder.MaxPackets"/> packets.</summary>
    TooManyPackets,

    /// <summary>Binary framing on a revision 4 session, which has none.</summary>
    WrongFraming,

    /// <summary>A JSONP form without a field <c>d</c>.</summary>
    MissingField,
}
