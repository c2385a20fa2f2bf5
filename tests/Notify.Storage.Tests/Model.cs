using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Tests;

/// <summary>Models the guarantees of a store in lists.</summary>
internal sealed class Model
{
    public const int HistorySize = 20;

    private readonly Dictionary<string, Channel> _channels = new(StringComparer.Ordinal);
    private readonly List<Claimant> _claimants = [];

    public void Claimed(int node, ClaimedChannel claim, bool isDurable)
    {
        if (!_channels.TryGetValue(claim.Name, out var channel))
        {
            _channels.Add(claim.Name, channel = new Channel());
        }

        if (isDurable)
        {
            Assert.Equal(channel.Kept.Count, claim.Head.Offset);
            Assert.True(channel.Epoch is null || channel.Epoch == claim.Head.Epoch, "The epoch has changed.");
            Assert.False(channel.FormerEpochs.Contains(claim.Head.Epoch), "An epoch was used again.");

            Assert.Equal(channel.Inbox?.Revision, claim.Inbox?.Revision);
            Assert.Equal(channel.Inbox?.State, claim.Inbox?.State);

            // Trimmed notifications are unknown; all others are returned.
            Assert.Equal(channel.Kept.Skip(channel.Kept.Count - claim.Recent.Count).Select(each => (each.Id, each.Offset)), claim.Recent);
        }
        else
        {
            Assert.Equal(0, claim.Head.Offset);
            Assert.Empty(claim.Recent);
            channel.Kept.Clear();

            // A store without a history has no fence: a channel has one owner at a time.
            _claimants.RemoveAll(each => each.Channel == channel);
        }

        channel.Epoch = claim.Head.Epoch;
        channel.Owner = new Claimant(node, claim, channel) { Next = claim.Head.Offset + 1, Revision = claim.Inbox?.Revision ?? 0 };
        _claimants.Add(channel.Owner);
    }

    /// <summary>Represents an owner or a former one, which does not know the difference.</summary>
    public Claimant? Owner(Random random, int node)
    {
        var mine = _claimants.Where(each => each.Node == node).ToList();
        return mine.Count == 0 ? null : mine[random.Next(mine.Count)];
    }

    public static bool Owns(Claimant claimant) => claimant.Channel.Owner == claimant;

    public static void Sent(Claimant owner, List<Notification> sends, List<IdempotencyKey?> keys)
    {
        owner.Next += sends.Count;
        owner.Channel.Kept.AddRange(sends);
        for (var i = 0; i < sends.Count; i++)
        {
            if (keys[i] is { } key)
            {
                owner.Channel.Keys.Add(key, new IdempotencyRecord(sends[i].Id, sends[i].Position));
            }
        }
    }

    public static void Marked(Claimant owner, StoredInbox inbox)
    {
        owner.Revision = inbox.Revision;
        owner.Channel.Inbox = inbox;
    }

    /// <summary>Removes an owner that learned that it is no longer the owner, or that contradicts the store.</summary>
    public void Lost(Claimant claimant) => _claimants.Remove(claimant);

    public static IdempotencyRecord? Find(Claimant owner, IdempotencyKey key) => owner.Channel.Keys.GetValueOrDefault(key);

    public static void Read(Claimant reader, long after, long upTo, StoredPage page)
    {
        var channel = reader.Channel;
        if (channel.Epoch != reader.Claim.Head.Epoch)
        {
            Assert.Null(page.Notifications);
            return;
        }

        if (page.Notifications is null)
        {
            Assert.NotEqual(StoredPage.Earliest, after);
            Assert.True(after < page.From, "What is kept was not given.");
            channel.Trimmed(page.From);
            return;
        }

        if (after == StoredPage.Earliest)
        {
            channel.Trimmed(page.From);
        }
        else
        {
            Assert.Equal(after, page.From);
            Assert.True(after >= channel.Floor, "What is gone is there again.");
        }

        Assert.Equal(
            channel.Kept.Where(each => each.Offset > page.From && each.Offset <= upTo).Select(Text),
            page.Notifications.Select(Text));
    }

    public void Peeked(IReadOnlyList<string> names, IReadOnlyList<ClaimedChannel?> peeked)
    {
        Assert.Equal(names.Select(_channels.ContainsKey), peeked.Select(each => each is not null));
        foreach (var found in peeked.OfType<ClaimedChannel>())
        {
            var channel = _channels[found.Name];
            Assert.Equal(channel.Kept.Count, found.Head.Offset);
            Assert.True(channel.Epoch is null || channel.Epoch == found.Head.Epoch, "The epoch has changed.");
            Assert.Equal(channel.Inbox?.Revision, found.Inbox?.Revision);
            Assert.Equal(channel.Inbox?.State, found.Inbox?.State);
            channel.Trimmed(found.Floor);
        }
    }

    public void Listed(IReadOnlyList<StoredChannel> channels) => Assert.Equal(
        _channels
            .Where(each => each.Key.StartsWith("user:", StringComparison.Ordinal))
            .OrderBy(each => each.Key, Utf8Order.Instance)
            .Select(
            each => (each.Key, (long)each.Value.Kept.Count)),
        channels.Select(each => (each.Name, each.Head.Offset)));

    public void Renewed()
    {
        foreach (var channel in _channels.Values)
        {
            channel.Owner = null;
            if (channel.Epoch is { } epoch)
            {
                channel.FormerEpochs.Add(epoch);
                channel.Epoch = null;
            }
        }
    }

    /// <summary>Removes the owners of a node that stopped. A store without a history loses everything.</summary>
    public void Restarted(int node, bool isDurable)
    {
        _claimants.RemoveAll(each => each.Node == node);
        if (!isDurable)
        {
            _channels.Clear();
        }
    }

    private static string Text(Notification each) => $"{each.Offset}|{each.Id}|{each.At}|{Encoding.UTF8.GetString(each.Payload.Span)}";

    internal sealed class Claimant(int node, ClaimedChannel claim, Channel channel)
    {
        public int Node => node;

        public ClaimedChannel Claim => claim;

        public Channel Channel => channel;

        /// <summary>Gets or sets the next offset.</summary>
        public long Next { get; set; }

        /// <summary>Gets or sets the revision of the marks.</summary>
        public long Revision { get; set; }
    }

    internal sealed class Channel
    {
        /// <summary>Gets or sets the epoch; null after all channels got new epochs, until the next claim returns it.</summary>
        public string? Epoch { get; set; }

        public HashSet<string> FormerEpochs { get; } = [];

        public Claimant? Owner { get; set; }

        public List<Notification> Kept { get; } = [];

        /// <summary>Gets or sets the marks; null when there are none.</summary>
        public StoredInbox? Inbox { get; set; }

        public Dictionary<IdempotencyKey, IdempotencyRecord> Keys { get; } = [];

        public long Floor { get; private set; }

        /// <summary>Removes a prefix: never more than exceeds the limit, and never less than before.</summary>
        public void Trimmed(long floor)
        {
            Assert.InRange(floor, Floor, Math.Max(Floor, Kept.Count - HistorySize));
            Floor = floor;
        }
    }
}
