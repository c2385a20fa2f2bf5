namespace Notify.Broker.Inboxes;

/// <summary>Represents what one user has done with the announcements of one channel. It belongs to the user's inbox.</summary>
/// <param name="Name">The name of the announcement channel.</param>
/// <param name="Epoch">Its epoch, within which the offsets count.</param>
/// <param name="From">The offset after which the announcements are items of this user.</param>
public sealed record FollowState(string Name, string Epoch, long From) : ItemMarks
{
    /// <summary>Gets whether anything is marked.</summary>
    public bool IsMarked => Seen.Count > 0 || Gone.Count > 0;

    /// <summary>Returns the state of a user who follows a channel from now on.</summary>
    public static FollowState Of(AnnouncementHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return new FollowState(head.Name, head.Head.Epoch, head.Backlog) { Floor = head.Floor };
    }

    /// <summary>
    /// Returns the state in the epoch of a head. In a new epoch it keeps the marks up to the head if the offsets continue; otherwise it is
    /// the state of a user who follows the channel from now on.
    /// </summary>
    public FollowState At(AnnouncementHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return Epoch == head.Head.Epoch ? this
            : head.AreOffsetsKept
                ? ClipTo(head.Floor, head.Head.Offset) with { Epoch = head.Head.Epoch, From = Math.Min(From, head.Head.Offset) }
            : Of(head);
    }

    /// <summary>Returns the offset before the first item.</summary>
    public long FloorAt(AnnouncementHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return Math.Max(From, head.Floor);
    }

    /// <summary>Returns whether an offset is an item, archived or not, at a head of the same epoch.</summary>
    public bool Has(long offset, AnnouncementHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return offset > FloorAt(head) && offset <= head.Head.Offset && !Gone.Contains(offset) && !head.Gone.Contains(offset);
    }

    /// <summary>Counts the items at a head of the same epoch; see <see cref="At"/>.</summary>
    public InboxCounts Count(AnnouncementHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return Count(FloorAt(head), head.Head.Offset, Gone.Union(head.Gone));
    }

    /// <summary>Selects the newest items before an offset, newest first.</summary>
    /// <param name="filter">Which items.</param>
    /// <param name="before">The offset before which the items are.</param>
    /// <param name="limit">The maximum number of items.</param>
    /// <param name="head">The head, of the same epoch.</param>
    public IReadOnlyList<long> Select(InboxFilter filter, long before, int limit, AnnouncementHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return Select(filter, before, limit, FloorAt(head), head.Head.Offset, Gone.Union(head.Gone));
    }

    /// <summary>Returns the marks in the form of an inbox of their own.</summary>
    public InboxState ToInbox() =>
        new(int.MaxValue) { Floor = From, Seen = Seen, Read = Read, Archived = Archived, Gone = Gone };

    /// <summary>Applies a mark.</summary>
    /// <param name="kind">What changes.</param>
    /// <param name="items">The offsets. Those that are not items are ignored.</param>
    /// <param name="head">The head, of the same epoch.</param>
    internal FollowState Mark(InboxMarkKind kind, RangeSet items, AnnouncementHead head)
    {
        var after = (FollowState)Apply(kind, items.Clip(FloorAt(head), head.Head.Offset).Except(Gone).Except(head.Gone));

        // What is no item any more is forgotten with the next change, and is none for the sake of itself.
        return after == this ? this : after.ClipTo(Math.Max(Floor, head.Floor), long.MaxValue);
    }

    /// <summary>Counts the items that differ in anything between this state and a later one.</summary>
    internal long CountChanged(FollowState after) => ChangedIn(after).Size;

    private FollowState ClipTo(long floor, long last) => (FollowState)Clip(floor, last);
}
