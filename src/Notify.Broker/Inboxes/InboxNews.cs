using Notify.Broker.Channels;

namespace Notify.Broker.Inboxes;

/// <summary>Represents what a client is told of an inbox.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Head">The position of the newest notification that is counted.</param>
/// <param name="Revision">The number of changes of the marks so far.</param>
/// <param name="Counts">The numbers of items.</param>
/// <param name="State">The marks.</param>
/// <param name="AreMarksNew">Whether the client does not know the marks at this revision yet.</param>
public sealed record InboxNews(
    string Channel, Position Head, long Revision, InboxCounts Counts, InboxState State, bool AreMarksNew);
