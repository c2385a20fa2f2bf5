using Notify.Broker.Channels;

namespace Notify.Broker.Inboxes;

/// <summary>Represents the announcements of one channel at one moment, the same for every user.</summary>
/// <param name="Name">The channel's name.</param>
/// <param name="Head">The position of the newest announcement.</param>
/// <param name="Revision">The number of changes of <paramref name="Gone"/> so far.</param>
/// <param name="Floor">The offset before the first announcement.</param>
/// <param name="Backlog">The offset after which the announcements are that somebody finds who follows the channel from now on.</param>
/// <param name="Gone">The announcements that were removed for everybody.</param>
/// <param name="AreOffsetsKept">Whether the offsets continue in a new epoch, as with a durable store.</param>
public sealed record AnnouncementHead(
    string Name, Position Head, long Revision, long Floor, long Backlog, RangeSet Gone, bool AreOffsetsKept);
