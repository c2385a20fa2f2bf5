namespace Notify.Server.SocketIo;

/// <summary>Specifies the result of a client's request to recover its session.</summary>
internal enum ResumeOutcome
{
    /// <summary>The session was recovered, and all missed notifications follow.</summary>
    Recovered,

    /// <summary>The session, or the client's position in it, is unknown.</summary>
    Unknown,

    /// <summary>The client may not join the session's channels.</summary>
    Refused,

    /// <summary>Some of the missed notifications are no longer stored.</summary>
    Lost,

    /// <summary>A channel could not be reached in time.</summary>
    Unavailable,

    /// <summary>The connection ended before the recovery.</summary>
    Ended,
}
