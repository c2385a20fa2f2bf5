namespace Notify.Broker.Inboxes;

/// <summary>
/// Represents the marks of one inbox: which items are seen, read, archived, clicked or gone. The items are the offsets above the floor, up
/// to the newest of the channel. An offset in no set is unread and unseen, so a plain publish changes nothing here. It is immutable, and
/// has no actor and no clock.
/// </summary>
public sealed record InboxState
{
    private readonly int _size;

    /// <summary>Creates the state of an inbox without marks.</summary>
    /// <param name="size">The number of newest notifications that are items (<c>NOTIFY_INBOX_SIZE</c>).</param>
    public InboxState(int size) => _size = size;

    /// <summary>Gets the number of changes so far.</summary>
    public long Revision { get; init; }

    /// <summary>Gets the offset before the first item when the state last changed; see <see cref="FloorAt"/>.</summary>
    public long Floor { get; init; }

    /// <summary>Gets the items that were in an opened list.</summary>
    public RangeSet Seen { get; init; } = RangeSet.Empty;

    /// <summary>Gets the items that were read. They are seen.</summary>
    public RangeSet Read { get; init; } = RangeSet.Empty;

    /// <summary>Gets the items that are out of the list, but kept. They are read.</summary>
    public RangeSet Archived { get; init; } = RangeSet.Empty;

    /// <summary>Gets the items whose link or action was used. They are seen.</summary>
    public RangeSet Clicked { get; init; } = RangeSet.Empty;

    /// <summary>Gets the items that are removed. They count nowhere, whatever else they are.</summary>
    public RangeSet Gone { get; init; } = RangeSet.Empty;

    /// <summary>Returns the offset before the first item, for a channel whose newest notification is <paramref name="last"/>.</summary>
    public long FloorAt(long last) => Math.Max(Floor, last - _size);

    /// <summary>Counts the items of a channel whose newest notification is <paramref name="last"/>.</summary>
    public InboxCounts Count(long last)
    {
        var floor = FloorAt(last);
        var all = Math.Max(0, last - floor);
        var gone = RangeSet.UnionSize(Gone, RangeSet.Empty, floor);
        return new InboxCounts(
            all - RangeSet.UnionSize(Read, Gone, floor),
            all - RangeSet.UnionSize(Seen, Gone, floor),
            all - gone,
            RangeSet.UnionSize(Archived, Gone, floor) - gone);
    }

    /// <summary>Selects the newest items before an offset, newest first.</summary>
    /// <param name="filter">Which items.</param>
    /// <param name="before">The offset before which the items are.</param>
    /// <param name="limit">The maximum number of items.</param>
    /// <param name="last">The offset of the newest notification.</param>
    public IReadOnlyList<long> Select(InboxFilter filter, long before, int limit, long last)
    {
        var floor = FloorAt(last);
        var selected = new List<long>();
        for (var offset = Math.Min(before - 1, last); offset > floor && selected.Count < limit; offset--)
        {
            var isWanted = filter switch
            {
                InboxFilter.Unread => !Read.Contains(offset),
                InboxFilter.Archived => Archived.Contains(offset),
                _ => !Archived.Contains(offset),
            };
            if (isWanted && !Gone.Contains(offset))
            {
                selected.Add(offset);
            }
        }

        return selected;
    }

    /// <summary>Applies marks in their order, as one change. Null when they change nothing.</summary>
    /// <param name="marks">The marks.</param>
    /// <param name="last">The offset of the newest notification.</param>
    public InboxState? Mark(IEnumerable<InboxMark> marks, long last)
    {
        ArgumentNullException.ThrowIfNull(marks);
        var before = ClipTo(FloorAt(last), last);
        var after = marks.Aggregate(
            before, (state, mark) => state.Apply(mark.Kind, mark.Items.Clip(before.Floor, last).Except(state.Gone)));
        return after == before ? null : after with { Revision = Revision + 1 };
    }

    /// <summary>Removes the items up to an offset, for example because of their age. Null when there are none.</summary>
    /// <param name="floor">The last offset to remove.</param>
    /// <param name="last">The offset of the newest notification.</param>
    public InboxState? Trim(long floor, long last) =>
        Math.Min(floor, last) > FloorAt(last) ? ClipTo(Math.Min(floor, last), last) with { Revision = Revision + 1 } : null;

    /// <summary>Counts the items that differ in anything between this state and a later one.</summary>
    /// <param name="after">The later state.</param>
    public long CountChanged(InboxState after)
    {
        ArgumentNullException.ThrowIfNull(after);
        return Pairs(after)
            .Select(pair => pair.Before.Except(pair.After).Union(pair.After.Except(pair.Before)))
            .Aggregate(RangeSet.Empty, (all, changed) => all.Union(changed))
            .Clip(after.Floor, long.MaxValue).Size;
    }

    /// <summary>Returns the state without offsets that are not items.</summary>
    /// <param name="floor">The offset before the first item.</param>
    /// <param name="last">The offset of the newest notification.</param>
    internal InboxState ClipTo(long floor, long last) => this with
    {
        Floor = floor,
        Seen = Seen.Clip(floor, last),
        Read = Read.Clip(floor, last),
        Archived = Archived.Clip(floor, last),
        Clicked = Clicked.Clip(floor, last),
        Gone = Gone.Clip(floor, last),
    };

    private InboxState Apply(InboxMarkKind kind, RangeSet items) => kind switch
    {
        InboxMarkKind.Seen => this with { Seen = Seen.Union(items) },
        InboxMarkKind.Read => this with { Read = Read.Union(items), Seen = Seen.Union(items) },
        InboxMarkKind.Unread => this with { Read = Read.Except(items), Archived = Archived.Except(items) },
        InboxMarkKind.Archived => this with { Archived = Archived.Union(items), Read = Read.Union(items), Seen = Seen.Union(items) },
        InboxMarkKind.Unarchived => this with { Archived = Archived.Except(items) },
        InboxMarkKind.Clicked => this with { Clicked = Clicked.Union(items), Read = Read.Union(items), Seen = Seen.Union(items) },
        InboxMarkKind.Deleted => this with { Gone = Gone.Union(items) },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such mark."),
    };

    private IEnumerable<(RangeSet Before, RangeSet After)> Pairs(InboxState after) =>
    [
        (Seen, after.Seen), (Read, after.Read), (Archived, after.Archived), (Clicked, after.Clicked), (Gone, after.Gone),
    ];
}
