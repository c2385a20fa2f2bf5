namespace Notify.Protocol.JsonWebSocket;

/// <summary>Represents a request of a JSON WebSocket client.</summary>
/// <param name="Id">The client's id for the request, a JSON string or number that is echoed byte for byte; empty when there is
/// none.</param>
public abstract record JsonWebSocketCommand(ReadOnlyMemory<byte> Id)
{
    /// <summary>Requests to join a channel.</summary>
    /// <param name="Channel">The channel's name as the client sent it, of any length. Lone surrogates are replaced by U+FFFD.</param>
    /// <param name="Since">The starting position; null for live notifications only.</param>
    /// <param name="Token">A token that grants the channel for this join alone, a secret that must not be logged; null without one.</param>
    /// <param name="Id">The client's id for the request.</param>
    public sealed record Join(string Channel, Since? Since, string? Token, ReadOnlyMemory<byte> Id) : JsonWebSocketCommand(Id)
    {
        /// <summary>Gets whether the client is to be told of the marks of the channel, which is an inbox.</summary>
        public bool WantsInbox { get; init; }

        /// <summary>Gets the announcement channels that the client follows with this inbox.</summary>
        public IReadOnlyList<string> Follow { get; init; } = [];

        /// <summary>Returns only the type's name, because commands may be logged.</summary>
        public override string ToString() => nameof(Join);
    }

    /// <summary>Requests to leave a channel.</summary>
    /// <param name="Channel">The channel's name as the client sent it.</param>
    /// <param name="Id">The client's id for the request.</param>
    public sealed record Leave(string Channel, ReadOnlyMemory<byte> Id) : JsonWebSocketCommand(Id);

    /// <summary>Requests to mark items of an inbox.</summary>
    /// <param name="Channel">The channel's name as the client sent it.</param>
    /// <param name="Message">The whole message, valid JSON in UTF-8, which contains the marks.</param>
    /// <param name="Id">The client's id for the request.</param>
    public sealed record Mark(string Channel, ReadOnlyMemory<byte> Message, ReadOnlyMemory<byte> Id) : JsonWebSocketCommand(Id);

    /// <summary>Requests a pong.</summary>
    /// <param name="Id">The client's id for the request.</param>
    public sealed record Ping(ReadOnlyMemory<byte> Id) : JsonWebSocketCommand(Id);

    /// <summary>Requests to use a token from now on.</summary>
    /// <param name="Token">The token, a secret that must not be logged.</param>
    /// <param name="Id">The client's id for the request.</param>
    public sealed record Auth(string Token, ReadOnlyMemory<byte> Id) : JsonWebSocketCommand(Id)
    {
        /// <summary>Returns only the type's name, because commands may be logged.</summary>
        public override string ToString() => nameof(Auth);
    }
}
