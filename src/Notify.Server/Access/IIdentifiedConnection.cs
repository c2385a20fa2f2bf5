using Notify.Broker.Revocations;

namespace Notify.Server.Access;

/// <summary>Represents a connection whose rights may change or end while it is open. Its methods may be called on any thread.</summary>
internal interface IIdentifiedConnection
{
    /// <summary>Gets the id of the connection, as its client and the backend know it.</summary>
    string ConnectionId { get; }

    /// <summary>Leaves a channel that the client may not have any more, and says so.</summary>
    void LeaveForbidden(string channel);

    /// <summary>Asks the client for a new token.</summary>
    /// <param name="expiresInMs">How long the present one still lasts, in milliseconds.</param>
    void WarnOfExpiry(long expiresInMs);

    /// <summary>Ends the connection, because its token has expired. The client comes back.</summary>
    void EndExpired();

    /// <summary>Ends the connection, because its client has not shown a token in time.</summary>
    void EndUnidentified();

    /// <summary>Ends the connection for a backend.</summary>
    /// <param name="kind">Why, which decides whether the client comes back.</param>
    /// <param name="reason">The backend's reason, for the client; may be empty.</param>
    void Disconnect(DisconnectKind kind, string reason);
}
