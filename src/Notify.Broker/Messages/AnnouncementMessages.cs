using Notify.Broker.Channels;
using Notify.Broker.Inboxes;

namespace Notify.Broker.Messages;

/// <summary>
/// Requests the head of an announcement channel, and more about its items; answered by <see cref="AnnouncementRead"/>. Retried until
/// answered.
/// </summary>
/// <param name="Channel">The channel's name.</param>
public sealed record ReadAnnouncement(string Channel) : IChannelMessage
{
    /// <summary>Gets the marks whose items are looked up.</summary>
    public IReadOnlyList<InboxMarkRequest> Marks { get; init; } = [];

    /// <summary>Gets the offsets of the items to list.</summary>
    public RangeSet Wanted { get; init; } = RangeSet.Empty;

    /// <summary>Gets the maximum number of listed items.</summary>
    public int Limit { get; init; }

    /// <summary>Gets the category of the listed items; null for all.</summary>
    public string? Category { get; init; }

    /// <summary>Gets the tags, of which a listed item has at least one; empty for all items.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Returns whether a notification is in the list.</summary>
    public bool Lists(Notification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        return (Category is null && Tags.Count == 0) || ItemMeta.Parse(notification.Meta).Matches(Category, Tags);
    }
}

/// <summary>Returns the head of an announcement channel, and items.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Head">The head; null when the channel is not an announcement channel.</param>
/// <param name="Found">The items of each mark.</param>
/// <param name="Items">The notifications, the newest first, as far as they fit into one message.</param>
/// <param name="Next">The offset before which the other items are; null when there are none.</param>
public sealed record AnnouncementRead(
    string Channel,
    AnnouncementHead? Head,
    IReadOnlyList<RangeSet> Found,
    IReadOnlyList<Notification> Items,
    long? Next) : IClusterMessage;
