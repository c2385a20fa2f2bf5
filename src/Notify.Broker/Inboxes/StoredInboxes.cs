using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;

namespace Notify.Broker.Inboxes;

/// <summary>Reads inboxes from the store without their owners. What an owner has answered is in the store.</summary>
/// <param name="store">The store.</param>
/// <param name="options">The limits of channels.</param>
/// <param name="metrics">Counts damaged history.</param>
/// <param name="time">The clock.</param>
internal sealed class StoredInboxes(IHistoryStore store, ChannelOptions options, BrokerMetrics metrics, TimeProvider time)
{
    private static readonly Position Nowhere = new("", 0);

    /// <summary>Reads the marks and a page of items.</summary>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async Task<InboxPage> ReadAsync(ReadInbox request)
    {
        var channels = await store.PeekAsync([request.Channel]);
        return await ReadAsync(request, channels[0]);
    }

    /// <summary>Reads the marks of many inboxes.</summary>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async Task<IReadOnlyList<InboxPage>> CountAsync(IReadOnlyList<string> names)
    {
        var channels = await store.PeekAsync(names);
        var pages = new List<InboxPage>(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            pages.Add(await ReadAsync(new ReadInbox(names[i], InboxFilter.Listed, Before: 0, Limit: 0), channels[i]));
        }

        return pages;
    }

    private async ValueTask<InboxPage> ReadAsync(ReadInbox request, ClaimedChannel? channel)
    {
        if (options.KindOf(request.Channel) != ChannelKind.Inbox)
        {
            return new InboxPage(request.Channel, IsInbox: false, Nowhere, 0, default, [], null);
        }

        if (channel is null)
        {
            // Nothing was ever published to the user. Reading creates nothing.
            var nothing = new InboxState(options.InboxSize);
            return new InboxPage(request.Channel, IsInbox: true, Nowhere, 0, InboxReading.Encode(nothing, Nowhere), [], null);
        }

        var state = InboxReading.Load(store, channel, options.InboxSize);
        state = InboxReading.Adopt(store, channel, ChannelKind.Inbox, state) ?? state;

        // What has expired or was removed counts no longer, although only an owner changes the marks.
        var expired = state.Expire(time.GetUtcNow().ToUnixTimeSeconds(), channel.Head.Offset) ?? state;
        state = (expired.Trim(channel.Floor, channel.Head.Offset) ?? expired) with { Revision = state.Revision };

        // The store is durable, so the reader does not look into this history.
        var memory = new ChannelHistory(size: 0, ttl: 0, 0, channel.Head.Offset);
        var reader = new ChannelReader(channel.Name, store, channel, memory, metrics);
        return await InboxReading.ReadAsync(request, state, channel.Head, reader);
    }
}
