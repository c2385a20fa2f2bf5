namespace Notify.Protocol.JsonWebSocket;

/// <summary>The codes of the <c>error</c> messages that the protocol itself gives; joins add those of the broker.</summary>
public static class JsonWebSocketErrorCodes
{
    /// <summary>The message cannot be read, or is none of the protocol's. Ten of them end the connection.</summary>
    public const string BadMessage = "bad_message";

    /// <summary>The message is one of the protocol's, and this server does not serve it.</summary>
    public const string Unsupported = "unsupported";
}
