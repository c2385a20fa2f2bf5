namespace Notify.Protocol.SocketIo;

/// <summary>Why an Engine.IO message is no Socket.IO packet. The reference ends the whole session on every one of them.</summary>
public enum SocketDecodeError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The Engine.IO packet is not a message.</summary>
    NotAMessage,

    /// <summary>The message holds nothing.</summary>
    Empty,

    /// <summary>The text is not UTF-8.</summary>
    BadUtf8,

    /// <summary>The packet's type is not one of 0 to 6.</summary>
    UnknownType,

    /// <summary>A binary packet does not say how many attachments it has, or says none.</summary>
    BadAttachmentCount,

    /// <summary>A binary packet announces more than <see cref="SocketPacketDecoder.MaxAttachments"/> attachments.</summary>
    TooManyAttachments,

    /// <summary>The ack id is greater than 64 bits hold.</summary>
    BadAckId,

    /// <summary>The payload is not JSON, or is nested deeper than <see cref="SocketPacketDecoder.MaxDepth"/> levels.</summary>
    BadJson,

    /// <summary>The payload is not what the type demands.</summary>
    BadPayload,

    /// <summary>An event bears a name that the clients themselves use.</summary>
    ReservedEvent,

    /// <summary>A placeholder of a binary packet names no attachment.</summary>
    BadPlaceholder,

    /// <summary>A client sent what only servers may.</summary>
    UnexpectedConnectError,

    /// <summary>Text came while attachments were awaited.</summary>
    TextBetweenAttachments,

    /// <summary>Bytes came while no attachment was awaited.</summary>
    UnexpectedBinary,

    /// <summary>The attachments of one packet exceed the decoder's limit together.</summary>
    AttachmentsTooLarge,
}
