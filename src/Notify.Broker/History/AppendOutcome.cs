namespace Notify.Broker.History;

/// <summary>Says what became of a notification that was to be appended to the history of its channel.</summary>
public enum AppendOutcome
{
    /// <summary>
    /// The store cannot tell whether it is stored, for example because the connection broke during the commit. The owner has to claim
    /// the channel again to find out.
    /// </summary>
    Unknown,

    /// <summary>It is stored.</summary>
    Stored,

    /// <summary>It is not stored: another owner has claimed the channel since, or the notification before it is not stored.</summary>
    Fenced,
}
