namespace Notify.Server.SocketIo;

/// <summary>What came of a client's wish to go on with its session.</summary>
internal enum ResumeOutcome
{
    /// <summary>Everything that it missed follows.</summary>
    Recovered,

    /// <summary>Nobody knows the session, or how far its client was.</summary>
    Unknown,

    /// <summary>The client may not have the session's channels.</summary>
    Refused,

    /// <summary>Something that it missed is no longer kept.</summary>
    Lost,

    /// <summary>A channel could not be reached in time.</summary>
    Unavailable,

    /// <summary>The connection ended before.</summary>
    Ended,
}
