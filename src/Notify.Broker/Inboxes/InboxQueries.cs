using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Sending;

namespace Notify.Broker.Inboxes;

/// <summary>Reads and marks inboxes, wherever their owners are.</summary>
public sealed class InboxQueries
{
    /// <summary>The maximum number of inboxes that one request counts.</summary>
    public const int MaxCounted = 1000;

    /// <summary>The maximum number of items in a page.</summary>
    public const int MaxLimit = 100;

    // The number of owners that one request asks at once.
    private const int MaxAsked = 64;

    private readonly ChannelClient _owners;
    private readonly LocalChannels _local;
    private readonly StoredInboxes? _stored;
    private readonly TimeSpan _patience;
    private readonly InboxMetrics _metrics;
    private readonly TimeProvider _time;

    /// <summary>Creates the queries.</summary>
    /// <param name="owners">Sends requests to the channels' owners.</param>
    /// <param name="local">The channels that this node owns.</param>
    /// <param name="stored">Reads inboxes from the store; null when only their owners know them.</param>
    /// <param name="patience">How long an owner has to answer.</param>
    /// <param name="metrics">Counts the marks.</param>
    /// <param name="limits">Counts joins whose follows are not tried again.</param>
    /// <param name="time">The clock.</param>
    internal InboxQueries(
        ChannelClient owners,
        LocalChannels local,
        StoredInboxes? stored,
        TimeSpan patience,
        InboxMetrics metrics,
        LimitMetrics limits,
        TimeProvider time)
    {
        (_owners, _local, _stored, _patience, _metrics, _time) = (owners, local, stored, patience, metrics, time);
        Announcements = new AnnouncementQueries(owners, patience, time, limits);
    }

    /// <summary>Gets the announcements.</summary>
    public AnnouncementQueries Announcements { get; }

    private long Deadline => _time.GetMilliseconds() + (long)_patience.TotalMilliseconds;

    /// <summary>
    /// Reads the marks and a page of items; null when the owner did not respond in time. An owner on this node is asked, because it knows
    /// the marks. Otherwise the store is read, so that no other node and no new owner is needed.
    /// </summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="filter">Which items.</param>
    /// <param name="before">The offset before which the items are.</param>
    /// <param name="limit">The maximum number of items, up to <see cref="MaxLimit"/>; 0 for the marks alone.</param>
    /// <param name="category">The category of the items; null for all.</param>
    /// <param name="tags">The tags, of which an item has at least one; null or empty for all items.</param>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public Task<InboxPage?> ReadAsync(
        string channel, InboxFilter filter, long before, int limit, string? category = null, IReadOnlyList<string>? tags = null) =>
        ReadAsync(new ReadInbox(channel, filter, before, limit) { Category = category, Tags = tags ?? [] });

    /// <summary>Reads the marks of many inboxes; null for each whose owner did not respond in time.</summary>
    /// <param name="channels">The names of the channels.</param>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async Task<IReadOnlyList<InboxPage?>> CountAsync(IReadOnlyList<string> channels)
    {
        ArgumentNullException.ThrowIfNull(channels);
        if (_stored is not null)
        {
            return await _stored.CountAsync(channels);
        }

        var pages = new List<InboxPage?>(channels.Count);
        foreach (var some in channels.Chunk(MaxAsked))
        {
            pages.AddRange(await Task.WhenAll(some.Select(
                channel => ReadAsync(new ReadInbox(channel, InboxFilter.Listed, Before: 0, Limit: 0)))));
        }

        return pages;
    }

    /// <summary>
    /// Marks items. Returns when the marks are stored; null when the owner did not respond in time, so that they may be repeated.
    /// </summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="marks">The marks, in their order.</param>
    public Task<InboxMarked?> MarkAsync(string channel, IReadOnlyList<InboxMarkRequest> marks) =>
        MarkAsync(channel, marks, Task.CompletedTask);

    /// <summary>Marks items after earlier requests of the same client, so that a repeated one cannot overtake a later one.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="marks">The marks, in their order.</param>
    /// <param name="earlier">The earlier requests. The time that they take counts.</param>
    public async Task<InboxMarked?> MarkAsync(string channel, IReadOnlyList<InboxMarkRequest> marks, Task earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var deadline = Deadline;
        await earlier;
        var marked = marks.Any(static mark => mark.Of is not null)
            ? await Announcements.MarkAsync(channel, marks, deadline)
            : (InboxMarked?)await _owners.AskAsync(new MarkInbox(channel, marks), deadline);
        _metrics.Marked(marked);
        return marked;
    }

    /// <summary>
    /// Erases everything in an inbox. Returns when it is erased; null when the owner did not respond in time, so that it may be repeated.
    /// </summary>
    /// <param name="channel">The channel's name.</param>
    public async Task<InboxErased?> EraseAsync(string channel) =>
        (InboxErased?)await _owners.AskAsync(new EraseInbox(channel), Deadline);

    /// <summary>Counts marks that are refused before they reach an inbox.</summary>
    /// <param name="reason">The reason, for the metric.</param>
    public void CountRefused(string reason) => _metrics.Refused(reason);

    private async Task<InboxPage?> ReadAsync(ReadInbox request) => _stored is null || _local.Find(request.Channel) is not null
        ? (InboxPage?)await _owners.AskAsync(request, Deadline)
        : await _stored.ReadAsync(request);
}
