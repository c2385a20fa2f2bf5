namespace Notify.Broker.Inboxes;

/// <summary>
/// Represents which items of one channel are seen, read, archived or gone. An offset in no set is unread and unseen. It is immutable, and
/// has no actor and no clock.
/// </summary>
public abstract record ItemMarks
{
    /// <summary>Gets the offset before the first item when the marks last changed.</summary>
    public long Floor { get; init; }

    /// <summary>Gets the items that were in an opened list.</summary>
    public RangeSet Seen { get; init; } = RangeSet.Empty;

    /// <summary>Gets the items that were read. They are seen.</summary>
    public RangeSet Read { get; init; } = RangeSet.Empty;

    /// <summary>Gets the items that are out of the list, but kept. They are read.</summary>
    public RangeSet Archived { get; init; } = RangeSet.Empty;

    /// <summary>Gets the items that are removed. They count nowhere, whatever else they are.</summary>
    public RangeSet Gone { get; init; } = RangeSet.Empty;

    /// <summary>Counts the items.</summary>
    /// <param name="floor">The offset before the first item.</param>
    /// <param name="last">The offset of the newest notification.</param>
    /// <param name="removed">The items that count nowhere.</param>
    private protected InboxCounts Count(long floor, long last, RangeSet removed)
    {
        var all = Math.Max(0, last - floor);
        removed = removed.Clip(floor, last);
        return new InboxCounts(
            all - RangeSet.UnionSize(Read.Clip(floor, last), removed, floor),
            all - RangeSet.UnionSize(Seen.Clip(floor, last), removed, floor),
            all - removed.Size,
            RangeSet.UnionSize(Archived.Clip(floor, last), removed, floor) - removed.Size);
    }

    /// <summary>Selects the newest items before an offset, newest first.</summary>
    /// <param name="filter">Which items.</param>
    /// <param name="before">The offset before which the items are.</param>
    /// <param name="limit">The maximum number of items.</param>
    /// <param name="floor">The offset before the first item.</param>
    /// <param name="last">The offset of the newest notification.</param>
    /// <param name="removed">The items that are in no list.</param>
    private protected IReadOnlyList<long> Select(InboxFilter filter, long before, int limit, long floor, long last, RangeSet removed)
    {
        var selected = new List<long>();
        for (var offset = Math.Min(before - 1, last); offset > floor && selected.Count < limit; offset--)
        {
            var isWanted = filter switch
            {
                InboxFilter.Unread => !Read.Contains(offset),
                InboxFilter.Archived => Archived.Contains(offset),
                _ => !Archived.Contains(offset),
            };
            if (isWanted && !removed.Contains(offset))
            {
                selected.Add(offset);
            }
        }

        return selected;
    }

    /// <summary>Applies a mark to items.</summary>
    private protected virtual ItemMarks Apply(InboxMarkKind kind, RangeSet items) => kind switch
    {
        InboxMarkKind.Seen => this with { Seen = Seen.Union(items) },
        InboxMarkKind.Read or InboxMarkKind.Clicked => this with { Read = Read.Union(items), Seen = Seen.Union(items) },
        InboxMarkKind.Unread => this with { Read = Read.Except(items), Archived = Archived.Except(items) },
        InboxMarkKind.Archived => this with { Archived = Archived.Union(items), Read = Read.Union(items), Seen = Seen.Union(items) },
        InboxMarkKind.Unarchived => this with { Archived = Archived.Except(items) },
        InboxMarkKind.Deleted or InboxMarkKind.Recalled => this with { Gone = Gone.Union(items) },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such mark."),
    };

    /// <summary>Returns the marks without offsets that are not items.</summary>
    /// <param name="floor">The offset before the first item.</param>
    /// <param name="last">The last offset.</param>
    private protected ItemMarks Clip(long floor, long last) => this with
    {
        Floor = floor,
        Seen = Seen.Clip(floor, last),
        Read = Read.Clip(floor, last),
        Archived = Archived.Clip(floor, last),
        Gone = Gone.Clip(floor, last),
    };

    /// <summary>Returns the items that differ in anything between these marks and later ones.</summary>
    private protected RangeSet ChangedIn(ItemMarks after) => Sets.Zip(after.Sets)
        .Select(static pair => pair.First.Except(pair.Second).Union(pair.Second.Except(pair.First)))
        .Aggregate(RangeSet.Empty, static (all, changed) => all.Union(changed))
        .Clip(after.Floor, long.MaxValue);

    private protected virtual IEnumerable<RangeSet> Sets => [Seen, Read, Archived, Gone];
}
