using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Protocol;

namespace Notify.Broker.Channels;

/// <summary>
/// Reads a channel's history: from memory where it is, else from the store. What it does before it first waits belongs to the channel's
/// actor; what it does afterwards touches nothing that changes, and goes on beside it.
/// </summary>
/// <param name="name">The channel's name.</param>
/// <param name="store">The store.</param>
/// <param name="claim">The channel, as claimed.</param>
/// <param name="history">What is in memory.</param>
/// <param name="metrics">Counts what is damaged.</param>
internal sealed class ChannelReader(string name, IHistoryStore store, ClaimedChannel claim, ChannelHistory history, BrokerMetrics metrics)
{
    // Far below the largest message that passes between nodes.
    private const int PageBytes = 256 * 1024;

    /// <summary>Answers a relay.</summary>
    /// <exception cref="HistoryStoreException">The store does not work now.</exception>
    public async ValueTask<HistoryPage> ReadAsync(ReadHistory message)
    {
        var page = await ReadAsync(message.After, message.UpTo);
        return new(name, message.Relay, message.JoinNumber, message.After, claim.Head with { Offset = page.From }, page.Notifications);
    }

    /// <summary>Answers a backend.</summary>
    /// <exception cref="HistoryStoreException">The store does not work now.</exception>
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

        // Less is kept than may be asked for: the newest are then all that are kept.
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

    // All of it was kept, and what is trimmed is below the floor: where it is not gapless the database is damaged. What comes before the
    // damage is told; then the asker hears that a part is gone. It would ask for the same page for ever otherwise.
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

        var whole = 0;
        while (whole < rows.Count && rows[whole].Offset == page.From + whole + 1)
        {
            whole++;
        }

        return whole == 0 ? Damaged(page.From, $"Notification {page.From + 1} is missing.")
            : whole < rows.Count ? page with { Notifications = [.. rows.Take(whole)] }
            : page;
    }

    private StoredPage Damaged(long from, string cause)
    {
        metrics.Damaged();
        store.ReportDamage(name, cause);
        return new StoredPage(from, null) { IsDamaged = true };
    }

    // What somebody says to have been told, and this owner has not ordered: true when the store has it, because there is another owner by
    // now, or its own append is not answered yet. Otherwise what the store had is lost.
    private async ValueTask<StoredPage> FindAsync(long offset)
    {
        var last = history.Newest;
        var page = await store.ReadAsync(claim, offset - 1, offset, PageBytes);
        return page.Notifications is { Count: > 0 } ? new StoredPage(offset, []) : new StoredPage(last, null);
    }
}
