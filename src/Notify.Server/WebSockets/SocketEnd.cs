namespace Notify.Server.WebSockets;

/// <summary>Why a WebSocket is received from no longer.</summary>
internal enum SocketEnd
{
    /// <summary>The client's close frame came.</summary>
    Closed,

    /// <summary>A message is longer than it may be.</summary>
    TooBig,

    /// <summary>Whoever takes the messages wants no more.</summary>
    Refused,

    /// <summary>The connection broke, or what came is no WebSocket.</summary>
    Broken,
}
