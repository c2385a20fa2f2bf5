using Akka.Actor;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Protocol;

namespace Notify.Broker.Channels;

/// <summary>
/// Reads a channel's history from memory, or from the store what memory no longer has. The code before the first await runs in the
/// channel's actor. The code after it uses no state that changes, except the newest set of what is gone, and runs beside the actor.
/// </summary>
/// <param name="name">The channel's name.</param>
/// <param name="store">The store.</param>
/// <param name="claim">The channel, as claimed.</param>
/// <param name="history">The history in memory.</param>
/// <param name="metrics">Counts damaged history.</param>
internal sealed class ChannelReader(string name, IHistoryStore store, ClaimedChannel claim, ChannelHistory history, BrokerMetrics metrics)
{
    // Far below the size limit of a message between nodes.
    private const int PageBytes = 256 * 1024;

    /// <summary>Gets or sets what is gone from the inbox, and told to nobody; null when the channel is not an inbox.</summary>
    public Func<RangeSet>? Gone { get; set; }

    // The number of items that one read for a list spans.
    private const int ItemsPerRead = 32;

    /// <summary>Sends the result of a read to the requester. Without one it repeats its request, and the store logs the cause.</summary>
    public static async Task AnswerAsync<T>(ValueTask<T> reading, IActorRef requester)
    {
        try
        {
            requester.Tell(await reading);
        }
        catch (HistoryStoreException)
        {
            // See the summary.
        }
    }

    /// <summary>Reads a page for a relay.</summary>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async ValueTask<HistoryPage> ReadAsync(ReadHistory message)
    {
        var page = await ReadAsync(message.After, message.UpTo);
        return new(name, message.Relay, message.JoinNumber, message.After, claim.Head with { Offset = page.From }, page.Notifications);
    }

    /// <summary>Reads the history for a backend.</summary>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async ValueTask<FetchedHistory> FetchAsync(FetchHistory message, Position head)
    {
        var newest = Math.Max(0, head.Offset - message.Limit);
        var page = message.Since switch
        {
            Since.After { Epoch: var epoch, Offset: var offset } => epoch == head.Epoch && offset <= head.Offset
                ? await ReadAsync(offset, Math.Min(head.Offset, offset + message.Limit))
                : null,
            Since.Earliest => await ReadAsync(StoredPage.Earliest, head.Offset),
            _ => await ReadAsync(newest, head.Offset),
        };

        // The history is shorter than the requested number: the answer is all of it.
        if (message.Since is null && page is { Notifications: null, IsDamaged: false })
        {
            page = await ReadAsync(StoredPage.Earliest, head.Offset);
        }

        return page is { Notifications: { } notifications }
            ? new(name, head, head with { Offset = page.From }, [.. notifications.Take(message.Limit)])
            : new(name, head, head, null);
    }

    /// <summary>Reads items of an inbox.</summary>
    /// <param name="offsets">Their offsets, the newest first.</param>
    /// <param name="limit">The maximum number of items.</param>
    /// <param name="isWanted">Whether an item is part of the list.</param>
    /// <returns>
    /// The notifications, the newest first, as far as they fit on a page; and the offset before which the rest is, or null. Notifications
    /// that are no longer stored are missing.
    /// </returns>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async ValueTask<(IReadOnlyList<Notification> Items, long? Next)> ReadItemsAsync(
        IReadOnlyList<long> offsets, int limit, Predicate<Notification> isWanted)
    {
        var wanted = offsets.ToHashSet();
        var items = new List<Notification>();
        long bytes = 0;
        for (var i = 0; i < offsets.Count;)
        {
            // A part of the list whose items lie close together, so that one read finds them.
            var first = i;
            for (i++; i < offsets.Count && offsets[first] - offsets[i] < ItemsPerRead; i++)
            {
            }

            var part = await ReadRangeAsync(offsets[i - 1] - 1, offsets[first]);
            for (var j = part.Count - 1; j >= 0; j--)
            {
                var item = part[j];
                if (!wanted.Contains(item.Offset) || item.IsGone || !isWanted(item))
                {
                    continue;
                }

                bytes += item.Cost;
                if (items.Count == limit || (items.Count > 0 && bytes > PageBytes))
                {
                    return (items, items[^1].Offset);
                }

                items.Add(item);
            }
        }

        return (items, null);
    }

    /// <summary>Finds notifications by their ids and categories.</summary>
    /// <param name="ids">The ids, as clients see them.</param>
    /// <param name="categories">The categories.</param>
    /// <param name="after">The offset after which they are.</param>
    /// <param name="upTo">The last offset.</param>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async ValueTask<FoundItems> FindAsync(
        IReadOnlySet<string> ids, IReadOnlySet<string> categories, long after, long upTo)
    {
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        var offsets = new Dictionary<string, List<OffsetRange>>(StringComparer.Ordinal);
        for (var from = after; from < upTo && (categories.Count > 0 || found.Count < ids.Count); from += ItemsPerRead)
        {
            foreach (var notification in await ReadRangeAsync(from, Math.Min(from + ItemsPerRead, upTo)))
            {
                var (id, offset) = (notification.Id.ToString(), notification.Offset);
                if (ids.Contains(id))
                {
                    found[id] = offset;
                }

                if (categories.Count > 0
                    && ItemMeta.Parse(notification.Meta).Category is { } category
                    && categories.Contains(category))
                {
                    (offsets.TryGetValue(category, out var known) ? known : offsets[category] = []).Add(new OffsetRange(offset, offset));
                }
            }
        }

        return new FoundItems(found, offsets.ToDictionary(each => each.Key, each => RangeSet.Of(each.Value), StringComparer.Ordinal));
    }

    /// <summary>Finds the offset before the first notification that was ordered after a time.</summary>
    /// <param name="after">The offset after which it is.</param>
    /// <param name="upTo">The last offset, which is the result when there is none.</param>
    /// <param name="at">The time, in milliseconds since 1970.</param>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async ValueTask<long> FindYoungerAsync(long after, long upTo, long at)
    {
        for (var from = after; from < upTo; from += ItemsPerRead)
        {
            foreach (var notification in await ReadRangeAsync(from, Math.Min(from + ItemsPerRead, upTo)))
            {
                if (notification.At > at)
                {
                    return notification.Offset - 1;
                }
            }
        }

        return upTo;
    }

    // Reads a few notifications, whatever their size. Those that are no longer stored are missing. With a durable store it never reads the
    // memory, because several reads follow each other: only the first would run in the actor.
    private async ValueTask<List<Notification>> ReadRangeAsync(long after, long upTo)
    {
        var all = new List<Notification>();
        while (after < upTo)
        {
            var page = store.IsDurable ? await ReadStoreAsync(after, upTo) : await ReadAsync(after, upTo);
            if (page.Notifications is { Count: > 0 } notifications)
            {
                all.AddRange(notifications.Where(notification => notification.Offset <= upTo));
                after = notifications[^1].Offset;
            }
            else if (page.Notifications is null && page.From > after)
            {
                // Removed meanwhile.
                after = page.From;
            }
            else
            {
                // The next one is damaged.
                after++;
            }
        }

        return all;
    }

    private async ValueTask<StoredPage> ReadAsync(long after, long upTo)
    {
        if (!store.IsDurable && after == StoredPage.Earliest)
        {
            after = history.Floor;
        }

        if (after > history.Newest)
        {
            return await FindAsync(after);
        }

        if (after < history.Floor && store.IsDurable)
        {
            return await ReadStoreAsync(after, upTo);
        }

        var page = history.Read(after, upTo, PageBytes);
        return WithoutGone(new StoredPage(page is null ? history.Floor : after, page), Gone?.Invoke());
    }

    private static StoredPage WithoutGone(StoredPage page, RangeSet? gone) => page.Notifications is null || gone is null or { Count: 0 }
        ? page
        : page with { Notifications = [.. page.Notifications.Select(each => gone.Contains(each.Offset) ? each.WithoutContent() : each)] };

    // All of it was stored, and trimmed notifications lie below the floor, so a gap means that the database is damaged. Delivers what
    // comes before the damage, and reports the loss on the next read. Otherwise the reader would request the same page again and again.
    private async ValueTask<StoredPage> ReadStoreAsync(long after, long upTo)
    {
        StoredPage page;
        var gone = Gone?.Invoke();
        try
        {
            // Both what was gone before and what is gone by now: a mark may have been answered during the read.
            page = WithoutGone(WithoutGone(await store.ReadAsync(claim, after, upTo, PageBytes), gone), Gone?.Invoke());
        }
        catch (HistoryStoreException exception) when (exception.IsDamage)
        {
            return Damaged(Math.Max(after, 0), exception.Message);
        }

        if (page.Notifications is not { } rows || page.From >= upTo)
        {
            return page;
        }

        var consecutive = 0;
        while (consecutive < rows.Count && rows[consecutive].Offset == page.From + consecutive + 1)
        {
            consecutive++;
        }

        return consecutive == 0 ? Damaged(page.From, $"Notification {page.From + 1} is missing.")
            : consecutive < rows.Count ? page with { Notifications = [.. rows.Take(consecutive)] }
            : page;
    }

    private StoredPage Damaged(long from, string cause)
    {
        metrics.Store.Damaged();
        store.ReportDamage(name, cause);
        return new StoredPage(from, null) { IsDamaged = true };
    }

    // The reader has an offset that this owner has not ordered. If the store has it, there is another owner by now, or this owner's append
    // has not completed. Otherwise the store lost it.
    private async ValueTask<StoredPage> FindAsync(long offset)
    {
        var last = history.Newest;
        var page = await store.ReadAsync(claim, offset - 1, offset, PageBytes);
        return page.Notifications is { Count: > 0 } ? new StoredPage(offset, []) : new StoredPage(last, null);
    }
}
