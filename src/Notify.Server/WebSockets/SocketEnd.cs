namespace Notify.Server.WebSockets;

/// <summary>Specifies why receiving from a WebSocket ended.</summary>
internal enum SocketEnd
{
    /// <summary>The client sent a close frame.</summary>
    Closed,

    /// <summary>A message is too long.</summary>
    TooBig,

    /// <summary>The node is receiving too much data to receive the rest of a message.</summary>
    Busy,

    /// <summary>The receiver of the messages wants no more.</summary>
    Refused,

    /// <summary>
    /// The data violates the WebSocket protocol, or a text is not UTF-8. Nothing after it can be read (RFC 6455 sections 5 and 8.1).
    /// </summary>
    Faulted,

    /// <summary>The client sends too many frames without content.</summary>
    Flooded,

    /// <summary>The connection broke.</summary>
    Broken,
}
