namespace Notify.Broker.Channels;

/// <summary>Says what a channel is used for, which decides how long its notifications are stored.</summary>
public enum ChannelKind
{
    /// <summary>A channel without marks.</summary>
    Plain = 0,

    /// <summary>The inbox of a user, with marks.</summary>
    Inbox = 1,

    /// <summary>A channel of announcements, which many users have in their lists. Their marks are in their inboxes.</summary>
    Announcement = 2,
}
