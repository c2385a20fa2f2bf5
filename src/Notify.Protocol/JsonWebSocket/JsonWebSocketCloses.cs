using Notify.Protocol.WebSockets;

namespace Notify.Protocol.JsonWebSocket;

/// <summary>
/// How a plain WebSocket is closed. A client should come back after a code below 4500, and stay away after one above: what is wrong then
/// does not mend by itself.
/// </summary>
public static class JsonWebSocketCloses
{
    /// <summary>The server cannot go on with this connection; another one is as good as new.</summary>
    public static WebSocketClose GoingAway { get; } = new(4000, "going away");

    /// <summary>The node leaves; the <c>closing</c> message before said when to come back.</summary>
    public static WebSocketClose Draining { get; } = new(4001, "draining");

    /// <summary>A part of the node that the connection needs starts again.</summary>
    public static WebSocketClose Restart { get; } = new(4002, "restart");

    /// <summary>A channel could not be reached in time.</summary>
    public static WebSocketClose Unavailable { get; } = new(4007, "unavailable");

    /// <summary>The client does not read fast enough.</summary>
    public static WebSocketClose Slow { get; } = new(4008, "slow");

    /// <summary>The node holds as many connections as it may.</summary>
    public static WebSocketClose Limit { get; } = new(4010, "limit");

    /// <summary>Nothing was heard of the client for too long.</summary>
    public static WebSocketClose Silent { get; } = new(4011, "silent");

    /// <summary>The client began a message and did not end it in time.</summary>
    public static WebSocketClose Unfinished { get; } = new(4011, "message not finished");

    /// <summary>The key is missing or wrong.</summary>
    public static WebSocketClose BadKey { get; } = new(4501, "bad key");

    /// <summary>The client does not speak the protocol.</summary>
    public static WebSocketClose ProtocolError { get; } = new(4503, "protocol error");
}
