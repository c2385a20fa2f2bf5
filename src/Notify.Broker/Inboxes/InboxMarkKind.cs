namespace Notify.Broker.Inboxes;

/// <summary>Says what a mark does to the items of an inbox.</summary>
public enum InboxMarkKind
{
    /// <summary>The items were in an opened list.</summary>
    Seen,

    /// <summary>The items were read, and therefore seen.</summary>
    Read,

    /// <summary>The items are unread and not archived again. They stay seen.</summary>
    Unread,

    /// <summary>The items leave the list, but are kept. They are read.</summary>
    Archived,

    /// <summary>The items return to the list.</summary>
    Unarchived,

    /// <summary>A link or an action of the items was used, so they are read.</summary>
    Clicked,

    /// <summary>The items are removed for good.</summary>
    Deleted,

    /// <summary>The items are removed for good, and their content is overwritten in the store.</summary>
    Recalled,
}
