namespace Notify.Server.WebSockets;

/// <summary>Why a WebSocket is received from no longer.</summary>
internal enum SocketEnd
{
    /// <summary>The client's close frame came.</summary>
    Closed,

    /// <summary>A message is longer than it may be.</summary>
    TooBig,

    /// <summary>The node receives too much at once to take the rest of a message.</summary>
    Busy,

    /// <summary>Whoever takes the messages wants no more.</summary>
    Refused,

    /// <summary>What came is no WebSocket, or text that is not UTF-8: nothing after it can be read (RFC 6455 sections 5 and 8.1).</summary>
    Faulted,

    /// <summary>The client sends frames without content, too many of them.</summary>
    Flooded,

    /// <summary>The connection broke.</summary>
    Broken,
}
