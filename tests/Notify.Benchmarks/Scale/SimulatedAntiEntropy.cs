using Notify.Broker.AntiEntropy;
using Notify.Broker.Messages;

namespace Notify.Benchmarks.Scale;

/// <summary>Compares the joins of a node with those of the others, with the messages of <see cref="AntiEntropyActor"/>.</summary>
internal sealed class SimulatedAntiEntropy(SimulatedCluster cluster, SimulatedNode node)
{
    /// <summary>The largest number of entries in a list.</summary>
    public const int ChunkSize = 500;

    /// <summary>Handles a message of another node.</summary>
    public void Receive(IClusterMessage message, SimulatedNode from)
    {
        switch (message)
        {
            case FlowControlProbe probe:
                cluster.Send(node, from, new FlowControlAck(probe.Bytes), relay: null);
                break;
            case FlowControlAck ack:
                node.PeerAt(from).Account.Acknowledge(ack.Bytes, cluster.Now);
                break;
            case CompareJoins compare:
                if (compare.Digest.Differences(node.PeerAt(from).Theirs.Digest()) is { Count: > 0 } buckets)
                {
                    cluster.Send(node, from, new ListJoins(buckets), relay: null);
                }

                break;
            case ListJoins list:
                foreach (var part in Lists(node.PeerAt(from).Mine, list))
                {
                    cluster.Send(node, from, part, relay: null);
                }

                break;
            case JoinList list:
                Reconcile(list, from);
                break;
            case OffsetAnnouncements told:
                foreach (var offset in told.Offsets)
                {
                    node.RelayOf(offset.Channel).Receive(offset, from);
                }

                break;
        }
    }

    /// <summary>Sends a probe to each node to which something is under way.</summary>
    public void SendProbes()
    {
        foreach (var other in cluster.Members.Where(other => other != node))
        {
            if (node.PeerAt(other).Account.NextProbe(cluster.Now) is { } probe)
            {
                cluster.Send(node, other, new FlowControlProbe(probe), relay: null);
            }
        }
    }

    /// <summary>Sends its joins and the latest offsets to each node.</summary>
    public void Exchange()
    {
        foreach (var other in cluster.Members.Where(other => other != node))
        {
            var peer = node.PeerAt(other);
            cluster.Send(node, other, new CompareJoins(peer.Mine.Digest()), relay: null);
            foreach (var offsets in peer.Announced.Drain().Chunk(ChunkSize))
            {
                cluster.Send(node, other, new OffsetAnnouncements(offsets), relay: null);
            }
        }
    }

    /// <summary>Returns the answer to a request for lists.</summary>
    public static IEnumerable<JoinList> Lists(JoinSet mine, ListJoins message)
    {
        foreach (var bucket in message.Buckets)
        {
            var from = ulong.MinValue;
            var chunks = mine.List(bucket).Chunk(ChunkSize).ToList();
            for (var i = 0; i < chunks.Count - 1; i++)
            {
                var to = chunks[i][^1].Hash;
                yield return new JoinList(bucket, from, to, [.. chunks[i].Select(join => join.Join)]);
                from = to + 1;
            }

            yield return new JoinList(bucket, from, ulong.MaxValue, chunks.Count == 0 ? [] : [.. chunks[^1].Select(join => join.Join)]);
        }
    }

    private void Reconcile(JoinList message, SimulatedNode from)
    {
        var here = node.PeerAt(from).Theirs.List(message.Bucket)
            .Where(join => join.Hash >= message.From && join.Hash <= message.To)
            .Select(join => join.Join)
            .ToHashSet();
        foreach (var join in message.Joins.Where(join => !here.Remove(join)))
        {
            cluster.Send(node, from, new ChannelStopped(join.Channel, join.Relay, join.JoinNumber), relay: null);
            cluster.Repairs++;
        }

        foreach (var join in here)
        {
            cluster.Send(node, from, new ProbeJoin(join.Channel, join.Relay, join.JoinNumber), relay: null);
            cluster.Repairs++;
        }
    }
}
