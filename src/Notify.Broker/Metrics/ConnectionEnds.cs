using Notify.Broker.Connections;

namespace Notify.Broker.Metrics;

/// <summary>Names the reasons for which connections end, as the metric does.</summary>
public static class ConnectionEnds
{
    /// <summary>The client closed the connection.</summary>
    public const string Client = "client";

    /// <summary>The connection broke.</summary>
    public const string Broken = "broken";

    /// <summary>The client was silent for too long.</summary>
    public const string Silent = "silent";

    /// <summary>The client broke the protocol.</summary>
    public const string ProtocolError = "protocol_error";

    /// <summary>The token of the connection has expired.</summary>
    public const string TokenExpired = "token_expired";

    /// <summary>The token of the connection was revoked, or its user was blocked.</summary>
    public const string TokenRevoked = "token_revoked";

    /// <summary>A backend ended the connection.</summary>
    public const string Disconnected = "disconnected";

    /// <summary>The connection reached a limit.</summary>
    public const string Limit = "limit";

    /// <summary>The client did not read fast enough, and its send queue was full.</summary>
    public const string Slow = "slow";

    /// <summary>Returns the name of a reason of the broker.</summary>
    public static string Of(EndReason reason) => reason switch
    {
        EndReason.Draining => "draining",
        EndReason.Restart => "restart",
        EndReason.Unavailable => "unavailable",
        EndReason.Slow => Slow,
        EndReason.HistoryLost => "history_lost",
        _ => Broken,
    };
}
