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
/// Answers a backend's queries about channels, their subscribers and their history. It asks all nodes, and omits a node that does not
/// respond within a second.
/// </summary>
/// <param name="owners">Sends requests to the channels' owners.</param>
/// <param name="relays">The relays of this node.</param>
/// <param name="store">The history store.</param>
/// <param name="others">The other nodes.</param>
/// <param name="options">The timeouts.</param>
/// <param name="time">The clock.</param>
public sealed class ChannelQueries(
    ChannelClient owners, IActorRef relays, IHistoryStore store, OtherNodes others, BrokerOptions options, TimeProvider time)
{
    /// <summary>The maximum number of notifications or channels in a response.</summary>
    public const int MaxLimit = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Lists the known channels by name, in the order of their UTF-8 bytes.</summary>
    /// <param name="prefix">The prefix of their names; empty for all.</param>
    /// <param name="after">The name after which the list starts, or null.</param>
    /// <param name="limit">The maximum number of channels.</param>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    /// <exception cref="AskTimeoutException">The relays did not respond.</exception>
    public async Task<IReadOnlyList<ChannelInfo>> ListAsync(string prefix, string? after, int limit)
    {
        var known = await KnownAsync(prefix, after, limit);
        var counts = await CountAsync([.. known.Select(channel => channel.Name)]);
        return [.. known.Select((channel, i) => Info(channel.Name, channel.Head, counts[i]))];
    }

    /// <summary>Returns one channel, known or unknown.</summary>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    /// <exception cref="AskTimeoutException">The relays did not respond.</exception>
    public async Task<ChannelInfo> FindAsync(string name)
    {
        // A name is the first of all names with itself as the prefix.
        var found = await KnownAsync(name, null, 1);
        var counts = await CountAsync([name]);
        return Info(name, found is [{ Head: var head } channel] && channel.Name == name ? head : null, counts[0]);
    }

    /// <summary>
    /// Returns a part of a channel's history; null when its owner did not respond in time.
    /// </summary>
    /// <param name="name">The channel's name.</param>
    /// <param name="since">The starting position; null for the newest notifications.</param>
    /// <param name="limit">The maximum number of notifications.</param>
    /// <param name="patience">How long the owner has; null for <see cref="ChannelOptions.SendTimeout"/>.</param>
    public async Task<FetchedHistory?> HistoryAsync(string name, Since? since, int limit, TimeSpan? patience = null) =>
        (FetchedHistory?)await owners.AskAsync(
            new FetchHistory(name, since, limit),
            time.GetMilliseconds() + (long)(patience ?? options.Channels.SendTimeout).TotalMilliseconds);

    // A shared store knows all channels. Without one each node knows the channels that it owns.
    private async Task<IReadOnlyList<StoredChannel>> KnownAsync(string prefix, string? after, int limit)
    {
        var here = await store.ListAsync(prefix, after, limit);
        if (store.IsDurable)
        {
            return here;
        }

        // For a moment two nodes may list a channel that has moved.
        var answers = await others.AskAllAsync(ChannelListActor.Name, new ListChannels(prefix, after, limit), Patience);
        var lists = answers.OfType<ChannelList>().Select(list => list.Channels);
        return
        [
            .. lists.Prepend(here)
                .SelectMany(list => list)
                .DistinctBy(channel => channel.Name, StringComparer.Ordinal)
                .OrderBy(channel => channel.Name, Utf8Order.Instance)
                .Take(limit),
        ];
    }

    private async Task<IReadOnlyList<Count>> CountAsync(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return [];
        }

        var question = new CountSubscribers(names);
        var elsewhere = others.AskAllAsync(RelaysActor.Name, question, Patience);
        var here = await relays.Ask<SubscriberCounts>(question, options.Channels.SendTimeout);
        var answers = (await elsewhere).OfType<SubscriberCounts>().Prepend(here).ToList();
        return
        [
            .. names.Select((_, i) => new Count(
                answers.Sum(answer => answer.Counts[i]), answers.Count(answer => answer.Counts[i] > 0))),
        ];
    }

    private static ChannelInfo Info(string name, Position? head, Count count) => new(name, head, count.Subscribers, count.Nodes);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Count(int Subscribers, int Nodes);
}
