using Notify.Broker.Messages;
using Notify.Broker.Sending;

namespace Notify.Broker.Inboxes;

/// <summary>Reads and marks inboxes, wherever their owners are.</summary>
/// <param name="owners">Sends requests to the channels' owners.</param>
/// <param name="patience">How long an owner has to answer.</param>
/// <param name="time">The clock.</param>
public sealed class InboxQueries(ChannelClient owners, TimeSpan patience, TimeProvider time)
{
    /// <summary>The maximum number of items in a page.</summary>
    public const int MaxLimit = 100;

    private long Deadline => time.GetMilliseconds() + (long)patience.TotalMilliseconds;

    /// <summary>Reads the marks and a page of items; null when the owner did not respond in time.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="filter">Which items.</param>
    /// <param name="before">The offset before which the items are.</param>
    /// <param name="limit">The maximum number of items, up to <see cref="MaxLimit"/>; 0 for the marks alone.</param>
    public async Task<InboxPage?> ReadAsync(string channel, InboxFilter filter, long before, int limit) =>
        (InboxPage?)await owners.AskAsync(new ReadInbox(channel, filter, before, limit), Deadline);

    /// <summary>
    /// Marks items. Returns when the marks are stored; null when the owner did not respond in time, so that they may be repeated.
    /// </summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="marks">The marks, in their order.</param>
    public async Task<InboxMarked?> MarkAsync(string channel, IReadOnlyList<InboxMarkRequest> marks) =>
        (InboxMarked?)await owners.AskAsync(new MarkInbox(channel, marks), Deadline);
}
