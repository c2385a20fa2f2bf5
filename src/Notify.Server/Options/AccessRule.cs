namespace Notify.Server.Options;

/// <summary>Defines who may join the channels of a pattern.</summary>
public enum AccessRule
{
    /// <summary>Everybody, as in socket.io-notify.</summary>
    Open,

    /// <summary>Every user, that is, every connection whose token has a <c>sub</c>.</summary>
    User,

    /// <summary>Connections whose token grants the channel.</summary>
    Token,

    /// <summary>Connections whose token grants the channel, or to whom the backend at <c>NOTIFY_AUTHORIZE_URL</c> grants it.</summary>
    Ask,

    /// <summary>Nobody.</summary>
    Closed,
}
