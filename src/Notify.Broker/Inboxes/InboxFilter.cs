namespace Notify.Broker.Inboxes;

/// <summary>Selects the items of a list.</summary>
public enum InboxFilter
{
    /// <summary>The items that are not archived.</summary>
    Listed,

    /// <summary>The items that are not read.</summary>
    Unread,

    /// <summary>The archived items.</summary>
    Archived,
}
