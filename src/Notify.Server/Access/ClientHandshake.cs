using Notify.Protocol.Tokens;
using Notify.Server.Limits;

namespace Notify.Server.Access;

/// <summary>Holds what the handshake of a connection tells about its client.</summary>
/// <param name="Carried">The token that it carries.</param>
/// <param name="Address">The client's address.</param>
/// <param name="Origin">The origin of the page; null for none.</param>
/// <param name="Transport"><c>socketio</c>, <c>websocket</c> or <c>events</c>.</param>
internal sealed record ClientHandshake(CarriedToken Carried, ClientAddress Address, string? Origin, string Transport)
{
    /// <summary>Gets the headers that the backend is shown.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers
    {
        get;
        init
        {
            field = value;
            HasCredentials = value.Any(static header => header.Key is "Cookie" or "Authorization");
        }
    } = [];

    /// <summary>Gets whether the backend can tell by the headers who a client without a token is.</summary>
    public bool HasCredentials { get; private init; }

    /// <summary>Returns the question whether the client may join a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="claims">The client's claims; null for nobody.</param>
    /// <param name="connectionId">The id of the connection; empty before it has one.</param>
    public AuthorizeQuestion QuestionFor(string channel, TokenClaims? claims, string connectionId) =>
        new(channel, claims?.User, claims?.SessionId, connectionId, Transport, Address.Address?.ToString(), Origin, Headers);

    /// <summary>Returns the key under which a refusal is counted while nobody is refused.</summary>
    public ObservationKey ObservationOf(string? pattern, string error) => new(pattern, error, Origin, Transport);
}
