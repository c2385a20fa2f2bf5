using System.Globalization;
using Notify.Broker.Channels;
using Notify.Broker.Messages;

namespace Notify.Benchmarks.Scale;

/// <summary>
/// Says on which node each shard is, as the shard coordinator does: a new home is the node with the fewest shards, and a node that joins
/// receives shards from those with the most.
/// </summary>
internal sealed class ShardMap(int count)
{
    private readonly ChannelExtractor _extractor = new(count);
    private readonly SimulatedNode?[] _homes = new SimulatedNode?[count];
    private readonly Dictionary<string, int> _shards = new(StringComparer.Ordinal);

    /// <summary>Gets the number of shards.</summary>
    public int Count => count;

    /// <summary>Returns the shard of the channel of a message.</summary>
    public int Of(IChannelMessage message)
    {
        if (!_shards.TryGetValue(message.Channel, out var shard))
        {
            shard = int.Parse(_extractor.ShardId(_extractor.EntityId(message)!, message), CultureInfo.InvariantCulture);
            _shards.Add(message.Channel, shard);
        }

        return shard;
    }

    /// <summary>Returns the home of a shard; null while it has none.</summary>
    public SimulatedNode? Home(int shard) => _homes[shard];

    /// <summary>Returns the shards of a node.</summary>
    public IReadOnlyList<int> At(SimulatedNode node) => [.. Enumerable.Range(0, count).Where(shard => _homes[shard] == node)];

    /// <summary>Takes a shard from its node.</summary>
    public void Free(int shard) => _homes[shard] = null;

    /// <summary>Gives a shard without a home to the node with the fewest shards.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="nodes">The nodes that may receive it, the preferred ones first.</param>
    public void Allocate(int shard, IEnumerable<SimulatedNode> nodes)
    {
        var counts = Counts();
        _homes[shard] = nodes.MinBy(node => counts.GetValueOrDefault(node));
    }

    /// <summary>Returns the shards that move to nodes with fewer, at most <paramref name="most"/>.</summary>
    public IReadOnlyList<int> ToRebalance(IReadOnlyCollection<SimulatedNode> nodes, int most)
    {
        var counts = Counts();
        var moves = new List<int>();
        while (moves.Count < most)
        {
            var fewest = nodes.MinBy(node => counts.GetValueOrDefault(node))!;
            var largest = nodes.MaxBy(node => counts.GetValueOrDefault(node))!;
            if (counts.GetValueOrDefault(largest) - counts.GetValueOrDefault(fewest) < 2)
            {
                break;
            }

            moves.Add(At(largest).Except(moves).First());
            counts[largest]--;
            counts[fewest] = counts.GetValueOrDefault(fewest) + 1;
        }

        return moves;
    }

    private Dictionary<SimulatedNode, int> Counts() =>
        _homes.OfType<SimulatedNode>().GroupBy(node => node).ToDictionary(group => group.Key, group => group.Count());
}
