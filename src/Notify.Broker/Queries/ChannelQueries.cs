using System.Runtime.InteropServices;
using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Relays;
using Notify.Broker.Sending;
using Notify.Protocol;

namespace Notify.Broker.Queries;

/// <summary>
/// What a backend may ask: which channels there are, who listens, what they keep. Asked of all nodes; one that does not answer within
/// a second is left out.
/// </summary>
/// <param name="owners">Asks the channels' owners.</param>
/// <param name="relays">The relays of this node.</param>
/// <param name="store">Where the channels keep what they accepted.</param>
/// <param name="others">The other nodes.</param>
/// <param name="options">The times.</param>
public sealed class ChannelQueries(ChannelClient owners, IActorRef relays, IHistoryStore store, OtherNodes others, BrokerOptions options)
{
    /// <summary>The most notifications, or channels, that one question is answered with.</summary>
    public const int MaxLimit = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The channels that are known, by name in the order of their UTF-8 bytes.</summary>
    /// <param name="prefix">What their names begin with; empty for all.</param>
    /// <param name="after">The name to go on after, or null.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="HistoryStoreException">The store does not work now.</exception>
    /// <exception cref="AskTimeoutException">The relays did not answer.</exception>
    public async Task<IReadOnlyList<ChannelInfo>> ListAsync(string prefix, string? after, int limit)
    {
        var known = await KnownAsync(prefix, after, limit);
        var counts = await CountAsync([.. known.Select(channel => channel.Name)]);
        return [.. known.Select((channel, i) => Info(channel.Name, channel.Head, counts[i]))];
    }

    /// <summary>One channel, whether it is known or not.</summary>
    /// <exception cref="HistoryStoreException">The store does not work now.</exception>
    /// <exception cref="AskTimeoutException">The relays did not answer.</exception>
    public async Task<ChannelInfo> FindAsync(string name)
    {
        // A name is the first of those that begin with it.
        var found = await KnownAsync(name, null, 1);
        var counts = await CountAsync([name]);
        return Info(name, found is [{ Head: var head } channel] && channel.Name == name ? head : null, counts[0]);
    }

    /// <summary>A part of a channel's history; null when its owner did not answer within <see cref="BrokerOptions.SendTimeout"/>.</summary>
    /// <param name="name">The channel's name.</param>
    /// <param name="since">From where on; null for the newest.</param>
    /// <param name="limit">How many notifications at most.</param>
    public async Task<FetchedHistory?> HistoryAsync(string name, Since? since, int limit) =>
        (FetchedHistory?)await owners.AskAsync(new FetchHistory(name, since, limit), MonotonicClock.Now + (long)options.SendTimeout.TotalMilliseconds);

    // A store that is shared knows all channels; without one each node knows those that live there.
    private async Task<IReadOnlyList<StoredChannel>> KnownAsync(string prefix, string? after, int limit)
    {
        var here = await store.ListAsync(prefix, after, limit);
        if (store.IsDurable)
        {
            return here;
        }

        // One that has moved may be known twice for a moment.
        var lists = (await others.AskAllAsync(ChannelListActor.Name, new ListChannels(prefix, after, limit), Patience)).OfType<ChannelList>().Select(list => list.Channels);
        return [.. lists.Prepend(here).SelectMany(list => list).DistinctBy(channel => channel.Name, StringComparer.Ordinal).OrderBy(channel => channel.Name, Utf8Order.Instance).Take(limit)];
    }

    private async Task<IReadOnlyList<Count>> CountAsync(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return [];
        }

        var question = new CountSubscribers(names);
        var elsewhere = others.AskAllAsync(RelaysActor.Name, question, Patience);
        var here = await relays.Ask<SubscriberCounts>(question, options.SendTimeout);
        var answers = (await elsewhere).OfType<SubscriberCounts>().Prepend(here).ToList();
        return [.. names.Select((_, i) => new Count(answers.Sum(answer => answer.Counts[i]), answers.Count(answer => answer.Counts[i] > 0)))];
    }

    private static ChannelInfo Info(string name, Position? head, Count count) => new(name, head, count.Subscribers, count.Nodes);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Count(int Subscribers, int Nodes);
}
