namespace Notify.Broker.Connections;

/// <summary>Names the events of a connection.</summary>
public static class ConnectionEvents
{
    /// <summary>It joined a channel, or its join of a joined channel was answered again.</summary>
    public const string Joined = "joined";

    /// <summary>Its join was refused, with a code of <see cref="JoinErrors"/>.</summary>
    public const string JoinRefused = "join_refused";

    /// <summary>It left a channel, or all of them.</summary>
    public const string Left = "left";

    /// <summary>Its token was replaced by another one.</summary>
    public const string Refreshed = "refreshed";

    /// <summary>Another token was refused.</summary>
    public const string RefreshRefused = "refresh_refused";

    /// <summary>The client exceeded a rate, so the server read from it later.</summary>
    public const string Throttled = "throttled";

    /// <summary>The send queue became fuller than a quarter.</summary>
    public const string Slow = "slow";

    /// <summary>It ended.</summary>
    public const string Ended = "ended";
}
