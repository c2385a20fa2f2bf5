namespace Notify.Broker.Inboxes;

/// <summary>
/// Represents the marks of one inbox. The items are the offsets above the floor, up to the newest of the channel. A plain publish changes
/// nothing here.
/// </summary>
public sealed record InboxState : ItemMarks
{
    private readonly int _size;

    /// <summary>Creates the state of an inbox without marks.</summary>
    /// <param name="size">The number of newest notifications that are items (<c>NOTIFY_INBOX_SIZE</c>).</param>
    public InboxState(int size) => _size = size;

    /// <summary>Gets the number of changes so far.</summary>
    public long Revision { get; init; }

    /// <summary>Gets the items whose link or action was used. They are seen.</summary>
    public RangeSet Clicked { get; init; } = RangeSet.Empty;

    /// <summary>Gets the items with a collapse key; see <see cref="ItemMeta.KeyOf"/>. None of them is removed.</summary>
    public OffsetMap Keys { get; init; } = OffsetMap.Empty;

    /// <summary>Gets when items expire, in Unix seconds. None of them is removed.</summary>
    public OffsetMap Expiries { get; init; } = OffsetMap.Empty;

    /// <summary>Gets when the next item expires, in Unix seconds; null for never.</summary>
    public long? NextExpiry => Expiries.Count == 0 ? null : Expiries.Min(static entry => entry.Number);

    /// <summary>Returns the items that are removed, or expired at <paramref name="now"/>, in Unix seconds.</summary>
    public RangeSet GoneAt(long now) => Gone.Union(Expiries.UpTo(now));

    /// <summary>Gets what the user has done with announcements.</summary>
    public FollowSet Follows { get; init; } = FollowSet.Empty;

    /// <summary>Gets whether anything is marked.</summary>
    public bool IsMarked => Seen.Count > 0 || Gone.Count > 0 || Follows.Any(static follow => follow.IsMarked);

    /// <summary>Returns the offset before the first item, for a channel whose newest notification is <paramref name="last"/>.</summary>
    public long FloorAt(long last) => Math.Max(Floor, last - _size);

    /// <summary>Counts the items of a channel whose newest notification is <paramref name="last"/>.</summary>
    public InboxCounts Count(long last) => Count(FloorAt(last), last, Gone);

    /// <summary>Selects the newest items before an offset, newest first.</summary>
    /// <param name="filter">Which items.</param>
    /// <param name="before">The offset before which the items are.</param>
    /// <param name="limit">The maximum number of items.</param>
    /// <param name="last">The offset of the newest notification.</param>
    public IReadOnlyList<long> Select(InboxFilter filter, long before, int limit, long last) =>
        Select(filter, before, limit, FloorAt(last), last, Gone);

    /// <summary>Applies marks in their order, as one change. Null when they change nothing.</summary>
    /// <param name="marks">The marks.</param>
    /// <param name="last">The offset of the newest notification.</param>
    /// <param name="heads">The announcements that the user follows, at least from now on.</param>
    public InboxState? Mark(IEnumerable<InboxMark> marks, long last, IReadOnlyCollection<AnnouncementHead>? heads = null)
    {
        ArgumentNullException.ThrowIfNull(marks);
        var before = ClipTo(FloorAt(last), last);
        var after = marks.Aggregate(
            before with { Follows = before.Follows.Follow(heads ?? []) },
            (state, mark) => mark.Of is { } head
                ? state with { Follows = state.Follows.Mark(head, mark.Kind, mark.Items) }
                : (InboxState)state.Apply(mark.Kind, mark.Items.Clip(before.Floor, last).Except(state.Gone)));
        return after == before ? null : after with { Revision = Revision + 1 };
    }

    /// <summary>Applies the effects of a publish. Null when they change nothing.</summary>
    /// <param name="offset">The offset of the new item, the newest.</param>
    /// <param name="effects">The effects.</param>
    public InboxState? Append(long offset, ItemEffects effects)
    {
        var before = ClipTo(FloorAt(offset), offset);
        var after = before;
        if (effects.Key is { } key)
        {
            after = after.Remove(RangeSet.OfOne(before.Keys.Find(key)));
            after = after with { Keys = after.Keys.Add(offset, key) };
        }

        if (effects.ExpiresAt is { } at)
        {
            after = after with { Expiries = after.Expiries.Add(offset, at) };
        }

        after = effects.IsSilent ? (InboxState)after.Apply(InboxMarkKind.Read, RangeSet.Of(offset, offset)) : after;
        return after == before ? null : after with { Revision = Revision + 1 };
    }

    /// <summary>Removes the items that have expired. Null when there are none.</summary>
    /// <param name="now">The time, in Unix seconds.</param>
    /// <param name="last">The offset of the newest notification.</param>
    public InboxState? Expire(long now, long last)
    {
        var before = ClipTo(FloorAt(last), last);
        var expired = before.Expiries.UpTo(now);
        return expired.Count == 0 ? null : before.Remove(expired) with { Revision = Revision + 1 };
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
        return ChangedIn(after).Size + Follows.CountChanged(after.Follows);
    }

    /// <summary>Returns the state without offsets that are not items.</summary>
    /// <param name="floor">The offset before the first item.</param>
    /// <param name="last">The offset of the newest notification.</param>
    internal InboxState ClipTo(long floor, long last) => (InboxState)Clip(floor, last) with
    {
        Clicked = Clicked.Clip(floor, last),
        Keys = Keys.Clip(floor, last),
        Expiries = Expiries.Clip(floor, last),
    };

    private protected override ItemMarks Apply(InboxMarkKind kind, RangeSet items) => kind switch
    {
        InboxMarkKind.Clicked => (InboxState)base.Apply(kind, items) with { Clicked = Clicked.Union(items) },
        InboxMarkKind.Deleted or InboxMarkKind.Recalled => Remove(items),
        _ => base.Apply(kind, items),
    };

    private protected override IEnumerable<RangeSet> Sets => [.. base.Sets, Clicked];

    private InboxState Remove(RangeSet items) =>
        this with { Gone = Gone.Union(items), Keys = Keys.Except(items), Expiries = Expiries.Except(items) };
}
