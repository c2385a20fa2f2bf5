namespace Notify.Protocol.EngineIo;

/// <summary>Specifies why received bytes are not valid Engine.IO packets. Every error ends the session ("parse error").</summary>
public enum EngineDecodeError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>A body, a frame or one packet of a body is empty. A trailing separator counts as an empty packet.</summary>
    Empty,

    /// <summary>The packet's type is not one of 0 to 6.</summary>
    UnknownType,

    /// <summary>Revision 3: a length is not a number, or ends inside a character.</summary>
    BadLength,

    /// <summary>Revision 3: the body ends inside a length or a packet.</summary>
    Truncated,

    /// <summary>Revision 3, binary framing: a packet is marked as neither text (0) nor binary (1).</summary>
    BadMarker,

    /// <summary>The text of a WebSocket message is not UTF-8.</summary>
    BadUtf8,

    /// <summary>A body contains more than <see cref="PayloadDecoder.MaxPackets"/> packets.</summary>
    TooManyPackets,

    /// <summary>A revision 4 session received binary framing, which its revision does not have.</summary>
    WrongFraming,

    /// <summary>A JSONP form has no field <c>d</c>.</summary>
    MissingField,
}
