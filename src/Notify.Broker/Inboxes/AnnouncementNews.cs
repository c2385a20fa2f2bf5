using Notify.Broker.Channels;

namespace Notify.Broker.Inboxes;

/// <summary>Represents what a client is told of an announcement channel, the same for every user.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Head">The position of the newest announcement.</param>
/// <param name="Revision">The number of changes of <paramref name="Gone"/> so far.</param>
/// <param name="Floor">The offset before the first announcement.</param>
/// <param name="Backlog">The offset after which the announcements are that somebody finds who follows the channel from now on.</param>
/// <param name="Gone">The announcements that were removed for everybody.</param>
public sealed record AnnouncementNews(string Channel, Position Head, long Revision, long Floor, long Backlog, RangeSet Gone);
