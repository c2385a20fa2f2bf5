namespace Notify.Broker.Inboxes;

/// <summary>
/// Represents one requested mark, whose items the owner of the inbox finds. Exactly one of <paramref name="Offsets"/>,
/// <paramref name="Ids"/>, <paramref name="IsAll"/> and <see cref="CollapseKey"/> names them.
/// </summary>
/// <param name="Kind">What changes.</param>
/// <param name="Epoch">The epoch of <paramref name="Offsets"/>; null without offsets.</param>
/// <param name="Offsets">The offsets of the items, or null.</param>
/// <param name="Ids">The ids of the notifications, as clients see them; empty for none.</param>
/// <param name="IsAll">Whether all items up to the newest are meant.</param>
public sealed record InboxMarkRequest(
    InboxMarkKind Kind, string? Epoch, RangeSet? Offsets, IReadOnlyList<string> Ids, bool IsAll)
{
    /// <summary>The maximum number of marks in one request.</summary>
    public const int MaxMarks = 64;

    /// <summary>Gets the collapse key of the item; null when something else names the items.</summary>
    public string? CollapseKey { get; init; }

    /// <summary>Gets the category to which the mark is limited; null for no limit.</summary>
    public string? Category { get; init; }

    /// <summary>The maximum number of ranges or ids in one mark.</summary>
    public const int MaxItems = 100;

    /// <summary>Returns the offsets of the items.</summary>
    /// <param name="found">The items by id and category; null when the mark has neither.</param>
    /// <param name="keys">The collapse keys of the items.</param>
    /// <param name="last">The offset of the newest notification.</param>
    internal RangeSet Resolve(FoundItems? found, OffsetMap keys, long last)
    {
        var items = this switch
        {
            { IsAll: true } => RangeSet.Of(1, last),
            { Offsets: { } offsets } => offsets,
            { CollapseKey: { } key } => RangeSet.OfOne(keys.Find(ItemMeta.KeyOf(key))),
            _ => found!.Of(Ids),
        };
        return Category is { } category ? items.Intersect(found!.Categories.GetValueOrDefault(category, RangeSet.Empty)) : items;
    }

    /// <summary>Gets whether the items must be looked up among the stored notifications.</summary>
    public bool NeedsLookUp => Ids.Count > 0 || Category is not null;

    /// <summary>Gets the announcement channel to which the items belong; null for the channel of the inbox itself.</summary>
    public string? Of { get; init; }
}
