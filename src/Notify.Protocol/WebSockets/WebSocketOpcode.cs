namespace Notify.Protocol.WebSockets;

/// <summary>Specifies the content of a WebSocket frame (RFC 6455 section 5.2).</summary>
public enum WebSocketOpcode : byte
{
    /// <summary>UTF-8 text.</summary>
    Text = 1,

    /// <summary>Bytes.</summary>
    Binary = 2,

    /// <summary>The end of the connection, with an optional status code and reason.</summary>
    Close = 8,

    /// <summary>A keep-alive request.</summary>
    Ping = 9,

    /// <summary>The response to a ping, with the same payload.</summary>
    Pong = 10,
}
