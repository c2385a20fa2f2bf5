namespace Notify.Protocol.JsonWebSocket;

/// <summary>Defines the codes of the protocol's own <c>error</c> messages. Joins add the codes of the broker.</summary>
public static class JsonWebSocketErrorCodes
{
    /// <summary>The message is unreadable or unknown. Ten of them end the connection.</summary>
    public const string BadMessage = "bad_message";

    /// <summary>The protocol defines the message, but this server does not support it.</summary>
    public const string Unsupported = "unsupported";
}
