using Notify.Broker.Channels;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Sending;

namespace Notify.Broker.Inboxes;

/// <summary>Reads announcements, and has users follow and mark them, wherever the owners are.</summary>
public sealed class AnnouncementQueries
{
    private readonly ChannelClient _owners;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly AnnouncementHeads _heads;
    private readonly FollowRetries _retries;

    /// <summary>Creates the queries.</summary>
    /// <param name="owners">Sends requests to the channels' owners.</param>
    /// <param name="patience">How long an owner has to answer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limits">Counts joins whose follows are not tried again.</param>
    public AnnouncementQueries(ChannelClient owners, TimeSpan patience, TimeProvider time, LimitMetrics limits)
    {
        (_owners, _patience, _time) = (owners, patience, time);
        _heads = new AnnouncementHeads(AskAsync);
        _retries = new FollowRetries(FollowAsync, time, limits);
    }

    /// <summary>
    /// Reads the heads of announcement channels. Channels that have no announcements are left out. Null when an owner did not respond in
    /// time.
    /// </summary>
    /// <param name="names">The names of the channels.</param>
    public async Task<IReadOnlyList<AnnouncementHead>?> FindAsync(IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
        {
            return [];
        }

        var read = await Task.WhenAll(names.Select(_heads.FindAsync));
        return read.Contains(null)
            ? null
            : [.. read.Select(static each => each!.Head).OfType<AnnouncementHead>().Where(static head => head.Head.Offset > 0)];
    }

    /// <summary>Reads items of an announcement channel. Null when its owner did not respond in time.</summary>
    /// <param name="name">The channel's name.</param>
    /// <param name="wanted">The offsets of the items.</param>
    /// <param name="limit">The maximum number of items.</param>
    /// <param name="category">The category of the items; null for all.</param>
    /// <param name="tags">The tags, of which an item has at least one; empty for all items.</param>
    /// <returns>The newest items, and the offset before which the list continues; null at its end.</returns>
    public async Task<(IReadOnlyList<Notification> Items, long? Next)?> ReadItemsAsync(
        string name, RangeSet wanted, int limit, string? category, IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (wanted.Count == 0)
        {
            return ([], null);
        }

        var question = new ReadAnnouncement(name) { Wanted = wanted, Limit = limit, Category = category, Tags = tags };
        return await AskAsync(question) is { } read ? (read.Items, read.Next) : null;
    }

    /// <summary>
    /// Has a user follow announcement channels from now on, if they have announcements. Returns when that is stored; false when an owner
    /// did not respond in time.
    /// </summary>
    /// <param name="inbox">The channel of the inbox.</param>
    /// <param name="names">The names of the channels.</param>
    /// <param name="mayCreate">Whether an inbox that is not stored yet is added to the store.</param>
    public async Task<bool> FollowAsync(string inbox, IReadOnlyCollection<string> names, bool mayCreate)
    {
        var heads = await FindAsync(names);
        return heads switch
        {
            null => false,
            [] => true,
            _ => await AskAsync(new MarkInbox(inbox, []) { Heads = heads, MayCreate = mayCreate }) is not null,
        };
    }

    /// <summary>Has a user follow announcement channels, and tries again for a while when an owner does not respond.</summary>
    /// <param name="inbox">The channel of the inbox.</param>
    /// <param name="names">The names of the channels.</param>
    /// <param name="mayCreate">Whether an inbox that is not stored yet is added to the store.</param>
    public Task TryFollowAsync(string inbox, IReadOnlyCollection<string> names, bool mayCreate) =>
        _retries.FollowAsync(inbox, names, mayCreate);

    /// <summary>Marks items, some of which are announcements; as <see cref="InboxQueries"/> does for an inbox alone.</summary>
    internal async Task<InboxMarked?> MarkAsync(string inbox, IReadOnlyList<InboxMarkRequest> marks, long deadline)
    {
        var groups = marks.Where(static mark => mark.Of is not null).GroupBy(static mark => mark.Of!, StringComparer.Ordinal).ToList();
        var read = await Task.WhenAll(groups.Select(static group => group.ToList()).Select(FindAsync));
        var heads = new List<AnnouncementHead>();
        var found = new Dictionary<InboxMarkRequest, RangeSet>(ReferenceEqualityComparer.Instance);
        foreach (var (group, each) in groups.Zip(read))
        {
            if (each is not { Head: { } head })
            {
                return each is null ? null : new InboxMarked(group.Key, InboxMarkOutcome.NotInbox, new Position("", 0), 0, default, 0);
            }

            if (group.Any(mark => mark.Epoch is { } epoch && epoch != head.Head.Epoch))
            {
                return new InboxMarked(group.Key, InboxMarkOutcome.StaleEpoch, head.Head, head.Revision, default, 0);
            }

            heads.Add(head);
            var ranges = each.Found.Count > 0 ? each.Found : group.Select(mark => mark.Offsets ?? RangeSet.Of(1, head.Head.Offset));
            foreach (var (mark, items) in group.Zip(ranges))
            {
                found[mark] = items;
            }
        }

        // The owner of the inbox cannot look up announcements.
        var resolved = marks.Select(mark => found.TryGetValue(mark, out var items)
            ? new InboxMarkRequest(mark.Kind, null, items, [], IsAll: false) { Of = mark.Of }
            : mark);
        return (InboxMarked?)await _owners.AskAsync(new MarkInbox(inbox, [.. resolved]) { Heads = heads }, deadline);
    }

    private Task<AnnouncementRead?> FindAsync(List<InboxMarkRequest> marks) =>
        marks.Exists(static mark => mark.NeedsLookUp || mark.CollapseKey is not null)
            ? AskAsync(new ReadAnnouncement(marks[0].Of!) { Marks = marks })
            : _heads.FindAsync(marks[0].Of!);

    private async Task<AnnouncementRead?> AskAsync(ReadAnnouncement question) =>
        (AnnouncementRead?)await _owners.AskAsync(question, Deadline());

    private async Task<InboxMarked?> AskAsync(MarkInbox question) => (InboxMarked?)await _owners.AskAsync(question, Deadline());

    private long Deadline() => _time.GetMilliseconds() + (long)_patience.TotalMilliseconds;
}
