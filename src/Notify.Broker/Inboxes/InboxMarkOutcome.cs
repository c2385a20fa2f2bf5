namespace Notify.Broker.Inboxes;

/// <summary>Says what became of a request to mark items.</summary>
public enum InboxMarkOutcome
{
    /// <summary>The marks are stored, or changed nothing.</summary>
    Marked,

    /// <summary>The channel is not an inbox.</summary>
    NotInbox,

    /// <summary>The epoch of the request has ended, so its offsets name other notifications.</summary>
    StaleEpoch,

    /// <summary>The marks would need more than <see cref="InboxFormat.MaxBytes"/>.</summary>
    Limit,

    /// <summary>The store accepts nothing now. The request may be repeated.</summary>
    Unavailable,
}
