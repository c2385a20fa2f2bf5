namespace Notify.Broker.Connections;

/// <summary>Represents what a send queue does with messages.</summary>
internal enum SendQueueState
{
    /// <summary>Queues them.</summary>
    Open,

    /// <summary>Refuses them: it was full, and was dropped. The session decides how it ends.</summary>
    Full,

    /// <summary>Refuses them, and the last ones are being written.</summary>
    Completing,

    /// <summary>Refuses them.</summary>
    Closed,
}
