namespace Notify.Broker.Connections;

/// <summary>Specifies why the broker ends a session. The client should reconnect after each of these reasons.</summary>
public enum EndReason
{
    /// <summary>The node is shutting down.</summary>
    Draining,

    /// <summary>A part of this node that the session needs failed and restarts.</summary>
    Restart,

    /// <summary>A channel could not be reached in time, and the client requested no acknowledgement that could report it.</summary>
    Unavailable,

    /// <summary>The client does not read fast enough, and its send queue is full.</summary>
    Slow,

    /// <summary>Missed notifications are no longer stored, and the client's protocol cannot report the gap.</summary>
    HistoryLost,

    /// <summary>Writing to the client failed: its connection is broken.</summary>
    TransportError,
}
