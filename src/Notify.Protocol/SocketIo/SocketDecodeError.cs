namespace Notify.Protocol.SocketIo;

/// <summary>
/// Specifies why an Engine.IO message is not a valid Socket.IO packet. The reference implementation ends the whole session on each of these
/// errors.
/// </summary>
public enum SocketDecodeError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The Engine.IO packet is not a message.</summary>
    NotAMessage,

    /// <summary>The message is empty.</summary>
    Empty,

    /// <summary>The text is not UTF-8.</summary>
    BadUtf8,

    /// <summary>The packet's type is not one of 0 to 6.</summary>
    UnknownType,

    /// <summary>A binary packet has no attachment count, or a count of zero.</summary>
    BadAttachmentCount,

    /// <summary>A binary packet announces more than <see cref="SocketPacketDecoder.MaxAttachments"/> attachments.</summary>
    TooManyAttachments,

    /// <summary>The ack id does not fit in 64 bits.</summary>
    BadAckId,

    /// <summary>The payload is not JSON, or is nested deeper than <see cref="SocketPacketDecoder.MaxDepth"/> levels.</summary>
    BadJson,

    /// <summary>The payload does not match the packet's type.</summary>
    BadPayload,

    /// <summary>An event has a name that is reserved for the clients.</summary>
    ReservedEvent,

    /// <summary>A placeholder of a binary packet refers to no attachment.</summary>
    BadPlaceholder,

    /// <summary>A client sent a packet that only servers may send.</summary>
    UnexpectedConnectError,

    /// <summary>Text arrived instead of an attachment.</summary>
    TextBetweenAttachments,

    /// <summary>Binary data arrived although no attachment was expected.</summary>
    UnexpectedBinary,

    /// <summary>The attachments of one packet together exceed the decoder's limit.</summary>
    AttachmentsTooLarge,
}
