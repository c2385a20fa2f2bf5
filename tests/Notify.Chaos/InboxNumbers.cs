namespace Notify.Chaos;

/// <summary>Holds the numbers of items in an inbox.</summary>
/// <param name="Unread">The items that are not read.</param>
/// <param name="Unseen">The items that were never in an opened list.</param>
/// <param name="Total">All items.</param>
/// <param name="Archived">The archived items.</param>
internal sealed record InboxNumbers(long Unread, long Unseen, long Total, long Archived);
