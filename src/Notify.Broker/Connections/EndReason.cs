namespace Notify.Broker.Connections;

/// <summary>Why the broker ends a session. After each of these the client should come back.</summary>
public enum EndReason
{
    /// <summary>The node is leaving.</summary>
    Draining,

    /// <summary>A part of this node that the session needs failed and starts again.</summary>
    Restart,

    /// <summary>A channel could not be reached in time, and no acknowledgement was asked for that could say so.</summary>
    Unavailable,

    /// <summary>The client does not read fast enough: its account is full.</summary>
    Slow,

    /// <summary>Missed notifications are no longer stored, so that going on would hide a gap.</summary>
    HistoryLost,

    /// <summary>Writing to the client failed: its connection is broken.</summary>
    TransportError,
}
