namespace Notify.Protocol.JsonWebSocket;

/// <summary>What a client of the plain WebSocket asks.</summary>
/// <param name="Id">The client's own name for the request, a JSON string or number to be echoed byte for byte; empty when it gave none.</param>
public abstract record JsonWebSocketCommand(ReadOnlyMemory<byte> Id)
{
    /// <summary>Join a channel.</summary>
    /// <param name="Channel">The channel's name as the client wrote it, of any length; half characters are U+FFFD.</param>
    /// <param name="Since">From where on; null for what is sent from now on.</param>
    /// <param name="Id">The client's name for the request.</param>
    public sealed record Join(string Channel, Since? Since, ReadOnlyMemory<byte> Id) : JsonWebSocketCommand(Id);

    /// <summary>Leave a channel.</summary>
    /// <param name="Channel">The channel's name as the client wrote it.</param>
    /// <param name="Id">The client's name for the request.</param>
    public sealed record Leave(string Channel, ReadOnlyMemory<byte> Id) : JsonWebSocketCommand(Id);

    /// <summary>Answer with a pong.</summary>
    /// <param name="Id">The client's name for the request.</param>
    public sealed record Ping(ReadOnlyMemory<byte> Id) : JsonWebSocketCommand(Id);

    /// <summary>Take this token from now on.</summary>
    /// <param name="Token">The token; a secret that no log may show.</param>
    /// <param name="Id">The client's name for the request.</param>
    public sealed record Auth(string Token, ReadOnlyMemory<byte> Id) : JsonWebSocketCommand(Id)
    {
        /// <summary>Names the type only, because commands may end in logs.</summary>
        public override string ToString() => nameof(Auth);
    }
}
