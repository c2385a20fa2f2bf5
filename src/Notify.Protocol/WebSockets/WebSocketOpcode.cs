namespace Notify.Protocol.WebSockets;

/// <summary>What a WebSocket frame carries (RFC 6455 section 5.2).</summary>
public enum WebSocketOpcode : byte
{
    /// <summary>UTF-8 text.</summary>
    Text = 1,

    /// <summary>Bytes.</summary>
    Binary = 2,

    /// <summary>The end of the connection, with an optional status code and reason.</summary>
    Close = 8,

    /// <summary>A keep-alive question.</summary>
    Ping = 9,

    /// <summary>The answer to a ping, with the same payload.</summary>
    Pong = 10,
}
