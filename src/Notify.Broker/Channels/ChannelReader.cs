using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Protocol;

namespace Notify.Broker.Channels;

/// <summary>
/// Reads a channel's history from memory, or from the store what memory no longer has. The code before the first await runs in the
/// channel's actor. The code after it uses no state that changes, and runs beside the actor.
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
        return new StoredPage(page is null ? history.Floor : after, page);
    }

    // All of it was stored, and trimmed notifications lie below the floor, so a gap means that the database is damaged. Delivers what
    // comes before the damage, and reports the loss on the next read. Otherwise the reader would request the same page again and again.
    private async ValueTask<StoredPage> ReadStoreAsync(long after, long upTo)
    {
        StoredPage page;
        try
        {
            page = await store.ReadAsync(claim, after, upTo, PageBytes);
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
