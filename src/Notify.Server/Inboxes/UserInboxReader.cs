using Notify.Broker.Channels;
using Notify.Broker.Inboxes;

namespace Notify.Server.Inboxes;

/// <summary>
/// Reads the inbox of a user together with the announcements that belong to it. Only the node of the request knows both, so it is the one
/// that adds and merges them.
/// </summary>
/// <param name="inboxes">Reads from the owners.</param>
/// <param name="size">The number of items of an inbox.</param>
internal sealed class UserInboxReader(InboxQueries inboxes, int size)
{
    // As the page of a single channel.
    private const long MaxPageBytes = 256 * 1024;

    /// <summary>Reads the marks and the numbers. Null when an owner did not respond in time.</summary>
    public Task<UserInbox?> CountAsync(string channel, FollowChoice choice) =>
        ReadAsync(channel, new InboxList(InboxFilter.Listed, InboxCursor.Newest, Limit: 0, Category: null, Tags: []), choice);

    /// <summary>Reads a page of items, and the marks of the same version. Null when an owner did not respond in time.</summary>
    public async Task<(UserInbox Inbox, IReadOnlyList<Notification> Items, InboxCursor? Next)?> ListAsync(
        string channel, InboxList list, FollowChoice choice)
    {
        if (await ReadAsync(channel, list, choice) is not { } inbox)
        {
            return null;
        }

        var parts = await Task.WhenAll(inbox.Follows.Select(each => ReadAsync(each.Follow, each.Head, list)));
        if (parts.Contains(null))
        {
            return null;
        }

        var own = new MergedList(channel, inbox.Page.Items, list.Before.Before, inbox.Page.Next);
        List<MergedList> lists = [own, .. parts.OfType<MergedList>()];
        var (items, rest) = MergedList.Merge(lists, list.Limit, MaxPageBytes);
        var next = rest.Any(static before => before > 0)
            ? new InboxCursor(
                rest[0], [.. lists.Zip(rest).Skip(1).Select(static each => KeyValuePair.Create(each.First.Channel, each.Second))])
            : null;
        return (inbox, items, next);
    }

    /// <summary>
    /// Reads one item, archived or not, and the marks of the same version. Null when an owner did not respond in time; no item when it is
    /// removed, or belongs to another epoch.
    /// </summary>
    public async Task<(UserInbox Inbox, Notification? Item)?> FindAsync(string channel, ItemAddress address) => address.Of is { } of
        ? await FindAnnouncementAsync(channel, of, address)
        : await FindOwnAsync(channel, address);

    /// <summary>Counts the items of many users. Null when an owner did not respond in time.</summary>
    /// <param name="channels">The inboxes.</param>
    /// <param name="choice">The announcement channels.</param>
    public async Task<IReadOnlyList<UserInbox>?> CountAsync(IReadOnlyList<string> channels, FollowChoice choice)
    {
        var pages = await inboxes.CountAsync(channels);
        if (pages.Contains(null))
        {
            return null;
        }

        var states = pages
            .Select(page => page!.IsInbox ? InboxFormat.Decode(page.State.Span, page.Revision, size) : new InboxState(size))
            .ToList();
        var names = choice.Names is { } chosen
            ? chosen.ToHashSet(StringComparer.Ordinal)
            : states
                .SelectMany(static state => state.Follows).Select(static follow => follow.Name).Where(choice.MayRead)
                .ToHashSet(StringComparer.Ordinal);
        if (await inboxes.Announcements.FindAsync(names) is not { } heads)
        {
            return null;
        }

        // Users who are not asked about a channel by name count it if they follow it.
        return
        [
            .. pages.Zip(states, (page, state) => new UserInbox(
                page!,
                state,
                [
                    .. heads
                        .Where(head => choice.Names is not null || state.Follows.Find(head.Name) is not null)
                        .Select(head => (state.Follows.Find(head), head)),
                ])),
        ];
    }

    /// <summary>Counts the unread items of each category. Null when an owner did not respond in time.</summary>
    public async Task<IReadOnlyDictionary<string, int>?> CountCategoriesAsync(string channel, FollowChoice choice)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var before = InboxCursor.Newest; ;)
        {
            var list = new InboxList(InboxFilter.Unread, before, InboxQueries.MaxLimit, Category: null, Tags: []);
            if (await ListAsync(channel, list, choice) is not var (_, items, next))
            {
                return null;
            }

            foreach (var category in items.Select(static item => ItemMeta.Parse(item.Meta).Category).OfType<string>())
            {
                counts[category] = counts.GetValueOrDefault(category) + 1;
            }

            if (next is null)
            {
                return counts;
            }

            before = next;
        }
    }

    private async Task<(UserInbox Inbox, Notification? Item)?> FindOwnAsync(string channel, ItemAddress address)
    {
        UserInbox? inbox = null;
        foreach (var filter in new[] { InboxFilter.Listed, InboxFilter.Archived })
        {
            var before = new InboxCursor(address.Offset + 1, []);
            inbox = await ReadAsync(channel, new InboxList(filter, before, Limit: 1, Category: null, Tags: []), FollowChoice.Of([]));
            if (inbox is null)
            {
                return null;
            }

            if (inbox.Page.Head.Epoch == address.Epoch && inbox.Page.Items is [var item] && item.Offset == address.Offset)
            {
                return (inbox, item);
            }
        }

        return (inbox!, null);
    }

    private async Task<(UserInbox Inbox, Notification? Item)?> FindAnnouncementAsync(string channel, string of, ItemAddress address)
    {
        if (await CountAsync(channel, FollowChoice.Of([of])) is not { } inbox)
        {
            return null;
        }

        if (inbox.Follows is not [var (follow, head)] || head.Head.Epoch != address.Epoch || !follow.Has(address.Offset, head))
        {
            return (inbox, null);
        }

        var offsets = RangeSet.Of(address.Offset, address.Offset);
        return await inboxes.Announcements.ReadItemsAsync(of, offsets, limit: 1, category: null, tags: []) is var (items, _)
            ? (inbox, items.SingleOrDefault())
            : null;
    }

    private async Task<UserInbox?> ReadAsync(string channel, InboxList list, FollowChoice choice)
    {
        var reading = inboxes.ReadAsync(channel, list.Filter, list.Before.Before, list.Limit, list.Category, list.Tags);
        var finding = choice.Names is { } names ? inboxes.Announcements.FindAsync(names) : null;
        if (await reading is not { } page)
        {
            return null;
        }

        if (!page.IsInbox)
        {
            return new UserInbox(page, new InboxState(size), []);
        }

        var state = InboxFormat.Decode(page.State.Span, page.Revision, size);
        finding ??= inboxes.Announcements.FindAsync(
            [.. state.Follows.Select(static follow => follow.Name).Where(choice.MayRead)]);
        return await finding is { } heads
            ? new UserInbox(page, state, [.. heads.Select(head => (state.Follows.Find(head), head))])
            : null;
    }

    private async Task<MergedList?> ReadAsync(FollowState follow, AnnouncementHead head, InboxList list)
    {
        var before = list.Before.BeforeOf(head.Name);
        var wanted = RangeSet.Of(
            follow.Select(list.Filter, before, int.MaxValue, head).Select(static offset => new OffsetRange(offset, offset)));
        return await inboxes.Announcements.ReadItemsAsync(head.Name, wanted, list.Limit, list.Category, list.Tags) is var (items, next)
            ? new MergedList(head.Name, items, before, next)
            : null;
    }
}
