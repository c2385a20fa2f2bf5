using Notify.Broker.Channels;
using Notify.Protocol.Tokens;

namespace Notify.Broker;

/// <summary>Configures channels: their history, and the publishes to them. The actors and the stores share it.</summary>
public sealed record ChannelOptions
{
    /// <summary>
    /// Gets <c>NOTIFY_HISTORY_SIZE</c>: the number of notifications to store in each channel, 0 to 100000. Very recent notifications are
    /// not removed to meet it.
    /// </summary>
    public int HistorySize { get; init; } = 100;

    /// <summary>Gets <c>NOTIFY_HISTORY_TTL</c>: how long a notification is stored, 1 second to 3650 days.</summary>
    public TimeSpan HistoryTtl { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Gets <c>NOTIFY_INBOX</c>: which channels are inboxes of users; empty for none.</summary>
    public IReadOnlyList<ChannelPattern> Inboxes { get; init; } = [];

    /// <summary>
    /// Gets <c>NOTIFY_INBOX_SIZE</c>: the number of items of an inbox or an announcement channel, 1 to 1000. Older notifications are no
    /// items.
    /// </summary>
    public int InboxSize { get; init; } = 200;

    /// <summary>Gets <c>NOTIFY_INBOX_TTL</c>: how long a notification of such a channel is stored, 1 second to 3650 days.</summary>
    public TimeSpan InboxTtl { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Gets <c>NOTIFY_ANNOUNCE</c>: which channels are announcements; empty for none. An inbox is none.</summary>
    public IReadOnlyList<ChannelPattern> Announcements { get; init; } = [];

    /// <summary>
    /// Gets <c>NOTIFY_ANNOUNCE_BACKLOG</c>: how old the announcements may be that somebody finds who follows a channel from now on, 0 to
    /// 3650 days.
    /// </summary>
    public TimeSpan AnnounceBacklog { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Gets <c>NOTIFY_SEND_TIMEOUT</c>: how long a publish may wait for its channel, 100 ms to 1 minute. It is retried during this time.
    /// </summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long a publish may be retried. The next owner of the channel must recognize it for this time.</summary>
    public TimeSpan SendWindow => 2 * SendTimeout;

    /// <summary>Gets the longest time for which a notification of any channel is stored.</summary>
    public TimeSpan LongestTtl => (Inboxes.Count > 0 || Announcements.Count > 0) && InboxTtl > HistoryTtl ? InboxTtl : HistoryTtl;

    /// <summary>Returns the kind of a channel.</summary>
    public ChannelKind KindOf(string channel)
    {
        return Match(Inboxes, channel) ? ChannelKind.Inbox
            : Match(Announcements, channel) ? ChannelKind.Announcement
            : ChannelKind.Plain;
    }

    /// <summary>Returns the number of notifications to store in a channel of a kind.</summary>
    public int SizeOf(ChannelKind kind) => kind == ChannelKind.Plain ? HistorySize : InboxSize;

    /// <summary>Returns how long a notification is stored in a channel of a kind.</summary>
    public TimeSpan TtlOf(ChannelKind kind) => kind == ChannelKind.Plain ? HistoryTtl : InboxTtl;

    private static bool Match(IReadOnlyList<ChannelPattern> patterns, string channel)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(channel))
            {
                return true;
            }
        }

        return false;
    }
}
