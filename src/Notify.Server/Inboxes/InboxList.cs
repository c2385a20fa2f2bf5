using Notify.Broker.Inboxes;
using Notify.Server.Api;

namespace Notify.Server.Inboxes;

/// <summary>Represents which items of an inbox a request lists.</summary>
/// <param name="Filter">Which items.</param>
/// <param name="Before">Where the list continues.</param>
/// <param name="Limit">The maximum number of items.</param>
/// <param name="Category">Their category; null for all.</param>
/// <param name="Tags">The tags, of which an item has at least one; empty for all.</param>
internal sealed record InboxList(InboxFilter Filter, InboxCursor Before, int Limit, string? Category, IReadOnlyList<string> Tags)
{
    private const int DefaultLimit = 20;

    /// <summary>Gets the parameters of a list.</summary>
    public static IReadOnlyList<string> Parameters { get; } = ["filter", "before", "limit", "category", "tag"];

    /// <summary>Reads the parameters of a list.</summary>
    public static InboxList Read(ApiQuery query) => new(
        query.OneOf("filter", ["all", "unread", "archived"]) switch
        {
            "unread" => InboxFilter.Unread,
            "archived" => InboxFilter.Archived,
            _ => InboxFilter.Listed,
        },
        query.Cursor("before"),
        query.Limit(DefaultLimit, InboxQueries.MaxLimit),
        query.Text("category"),
        query.Tags());
}
