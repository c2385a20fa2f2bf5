using Notify.Protocol.WebSockets;

namespace Notify.Protocol.JsonWebSocket;

/// <summary>
/// Defines the close codes of a JSON WebSocket. A client should reconnect after a code below 4500 and not after one above, because the
/// cause of the latter is permanent.
/// </summary>
public static class JsonWebSocketCloses
{
    /// <summary>Gets the close for a connection that the server cannot continue. The client can open another one at once.</summary>
    public static WebSocketClose GoingAway { get; } = new(4000, "going away");

    /// <summary>Gets the close for a node that shuts down. The preceding <c>closing</c> message contains the reconnect delay.</summary>
    public static WebSocketClose Draining { get; } = new(4001, "draining");

    /// <summary>Gets the close after a restart of a part of the node that the connection needs.</summary>
    public static WebSocketClose Restart { get; } = new(4002, "restart");

    /// <summary>Gets the close for a channel that could not be reached in time.</summary>
    public static WebSocketClose Unavailable { get; } = new(4007, "unavailable");

    /// <summary>Gets the close for a client that does not read fast enough.</summary>
    public static WebSocketClose Slow { get; } = new(4008, "slow");

    /// <summary>Gets the close when the token of the connection has expired. The client comes back with a new one.</summary>
    public static WebSocketClose TokenExpired { get; } = new(4009, "token expired");

    /// <summary>Gets the close at the node's limit of connections.</summary>
    public static WebSocketClose Limit { get; } = new(4010, "limit");

    /// <summary>Gets the close for a client that has been silent for too long.</summary>
    public static WebSocketClose Silent { get; } = new(4011, "silent");

    /// <summary>Gets the close for a client that did not finish a message in time.</summary>
    public static WebSocketClose Unfinished { get; } = new(4011, "message not finished");

    /// <summary>Gets the close for a missing or wrong key.</summary>
    public static WebSocketClose BadKey { get; } = new(4501, "bad key");

    /// <summary>Gets the close for a refused token. The preceding <c>closing</c> message contains the code.</summary>
    public static WebSocketClose BadToken { get; } = new(4502, "bad token");

    /// <summary>Gets the close for a backend. The preceding <c>closing</c> message contains its reason.</summary>
    public static WebSocketClose Disconnected { get; } = new(4504, "disconnected");

    /// <summary>Gets the close for a client that violates the protocol.</summary>
    public static WebSocketClose ProtocolError { get; } = new(4503, "protocol error");
}
