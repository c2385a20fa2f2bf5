using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>
/// Requests to mark items of an inbox, as one change; answered by <see cref="InboxMarked"/>. Retried until answered: a request that its
/// owner knows is answered again and changes nothing.
/// </summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Marks">The marks, in their order.</param>
public sealed record MarkInbox(string Channel, IReadOnlyList<InboxMarkRequest> Marks) : IChannelMessage
{
    /// <summary>Gets the id of the request, which is the same in all retries.</summary>
    public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>Gets the announcements that the user follows, at least from now on. Marks may name them.</summary>
    public IReadOnlyList<AnnouncementHead> Heads { get; init; } = [];

    /// <summary>Gets whether a channel that is not stored yet is added to the store, so that it can be marked.</summary>
    public bool MayCreate { get; init; } = true;
}

/// <summary>Answers <see cref="MarkInbox"/> when the marks are stored.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Outcome">What became of the request.</param>
/// <param name="Head">The position of the newest notification.</param>
/// <param name="Revision">The number of changes of the marks so far.</param>
/// <param name="Counts">The numbers of items after the change.</param>
/// <param name="Changed">The number of items that the request changed.</param>
public sealed record InboxMarked(
    string Channel, InboxMarkOutcome Outcome, Position Head, long Revision, InboxCounts Counts, long Changed) : IClusterMessage;

/// <summary>Requests the marks and items of an inbox; answered by <see cref="InboxPage"/>. Retried until answered.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Filter">Which items.</param>
/// <param name="Before">The offset before which the items are; <see cref="long.MaxValue"/> for the newest.</param>
/// <param name="Limit">The maximum number of items; 0 for the marks alone.</param>
public sealed record ReadInbox(string Channel, InboxFilter Filter, long Before, int Limit) : IChannelMessage
{
    /// <summary>Gets the category of the items; null for all.</summary>
    public string? Category { get; init; }

    /// <summary>Gets the tags, of which an item has at least one; empty for all items.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets whether items of all categories and tags are listed.</summary>
    public bool IsUnlimited => Category is null && Tags.Count == 0;
}

/// <summary>Returns the marks and items of an inbox.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="IsInbox">Whether the channel is an inbox. Without it the other fields are empty.</param>
/// <param name="Head">The position of the newest notification.</param>
/// <param name="Revision">The number of changes of the marks so far.</param>
/// <param name="State">The marks, as <see cref="InboxFormat"/> encodes them.</param>
/// <param name="Items">The notifications, newest first.</param>
/// <param name="Next">The offset before which the list continues; null at its end.</param>
public sealed record InboxPage(
    string Channel, bool IsInbox, Position Head, long Revision, ReadOnlyMemory<byte> State, IReadOnlyList<Notification> Items, long? Next)
    : IClusterMessage;

/// <summary>
/// Requests that a relay, the sender, is told of the marks of an inbox from now on; answered by <see cref="InboxTold"/>. Retried until
/// answered. It ends with the join.
/// </summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay.</param>
/// <param name="JoinNumber">The number of its join.</param>
public sealed record WatchInbox(string Channel, RelayId Relay, long JoinNumber) : IChannelMessage;

/// <summary>
/// Tells a relay that notifications are gone from an inbox, so that it delivers none of them later. Only those above a gap are concerned:
/// a page of the history leaves out what is gone.
/// </summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The number of its join.</param>
/// <param name="Epoch">The epoch of the offsets.</param>
/// <param name="Offsets">The offsets of the notifications.</param>
public sealed record ItemsRemoved(string Channel, RelayId Relay, long JoinNumber, string Epoch, RangeSet Offsets) : IRelayMessage;

/// <summary>
/// Requests to erase everything in an inbox; answered by <see cref="InboxErased"/>. Retried until answered: an inbox that is erased twice
/// is empty too.
/// </summary>
/// <param name="Channel">The channel's name.</param>
public sealed record EraseInbox(string Channel) : IChannelMessage;

/// <summary>Answers <see cref="EraseInbox"/> when the inbox is erased.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="IsInbox">Whether the channel is an inbox. Others are not erased.</param>
public sealed record InboxErased(string Channel, bool IsInbox) : IClusterMessage;

/// <summary>
/// Tells a relay of an inbox after each change: a notification, or marks. It is complete in itself. That one was lost shows in the
/// anti-entropy between nodes; the relay asks again then.
/// </summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that watches.</param>
/// <param name="JoinNumber">The number of its join.</param>
/// <param name="Head">The position of the newest notification. The counts include it.</param>
/// <param name="Revision">The number of changes of the marks so far.</param>
/// <param name="Counts">The numbers of items.</param>
/// <param name="State">The marks, as <see cref="InboxFormat"/> encodes them.</param>
public sealed record InboxTold(
    string Channel, RelayId Relay, long JoinNumber, Position Head, long Revision, InboxCounts Counts, ReadOnlyMemory<byte> State)
    : IRelayMessage
{
    private const int Overhead = 200;

    /// <summary>Gets the backlog of an announcement channel, see <see cref="AnnouncementHead.Backlog"/>; null for an inbox.</summary>
    public long? Backlog { get; init; }

    /// <summary>Gets the size that it is charged for on its way to another node, in bytes.</summary>
    internal int Cost => State.Length + Overhead;
}
