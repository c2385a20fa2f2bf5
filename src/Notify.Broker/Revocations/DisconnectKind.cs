namespace Notify.Broker.Revocations;

/// <summary>Names why a backend ends connections, which decides whether their clients come back.</summary>
public enum DisconnectKind
{
    /// <summary>The backend disconnects the client, which does not come back by itself.</summary>
    Disconnected,

    /// <summary>The client's rights have changed. It comes back, with a new token.</summary>
    Reconnect,

    /// <summary>The token was revoked.</summary>
    Revoked,

    /// <summary>The user is blocked.</summary>
    Blocked,
}
