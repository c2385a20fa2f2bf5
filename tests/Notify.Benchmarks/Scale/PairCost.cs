using System.Globalization;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Benchmarks.Scale;

/// <summary>Holds the cost of the comparison between two nodes, with all joins of one direction.</summary>
internal sealed record PairCost
{
    /// <summary>Gets the number of joins of one node's relays at the other node's channels.</summary>
    public required int Joins { get; init; }

    /// <summary>Gets the memory of one join on one of both nodes, in bytes, without its channel's name.</summary>
    public required double BytesPerJoin { get; init; }

    /// <summary>Gets the bytes of one comparison.</summary>
    public required int CompareBytes { get; init; }

    /// <summary>Gets the CPU time of one comparison on both nodes together, in milliseconds, without the network.</summary>
    public required double CompareMs { get; init; }

    /// <summary>Gets the joins whose answers are under way during a comparison, while everybody joins.</summary>
    public required double InFlight { get; init; }

    /// <summary>Gets the bytes of the lists that this causes, for one comparison.</summary>
    public required double ListBytes { get; init; }

    /// <summary>Gets the bytes of all lists, when every bucket differs because many joins are under way.</summary>
    public required long AllListBytes { get; init; }

    /// <summary>Measures it.</summary>
    /// <param name="options">The options of the simulation.</param>
    /// <param name="nodes">The number of nodes.</param>
    public static PairCost Measure(ScaleOptions options, int nodes)
    {
        var joins = Math.Max(1, (int)(options.Channels / ((long)nodes * nodes)));
        var random = new Random(options.Seed);
        var ids = new byte[SimulatedCluster.Stripes][];
        for (var i = 0; i < ids.Length; i++)
        {
            random.NextBytes(ids[i] = new byte[16]);
        }

        var relays = ids.Select(id => new RelayId(new Guid(id))).ToList();
        var keys = Enumerable.Range(0, joins)
            .Select(i => new JoinKey(
                string.Create(CultureInfo.InvariantCulture, $"user:{10_000_000 + i}"), relays[i % relays.Count], i))
            .ToArray();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var mine = Create(keys);
        var bytesPerJoin = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)joins;

        // The owner has added a join when it sends the answer, the relay when it receives it; the digest comes after another journey.
        var inFlight = options.Channels / (double)options.JoinSeconds / ((double)nodes * nodes) * (2 * options.Latency / 1000.0);
        var traffic = new Traffic(sample: 1, TimeProvider.System);
        var theirs = Create(keys);
        var lists = Lists(mine, theirs, inFlight, traffic, random);
        var all = SimulatedAntiEntropy.Lists(mine, new ListJoins([.. Enumerable.Range(0, JoinSet.Buckets)]));
        var serializer = new BrokerSerializer(null!);
        var report = new PairCost
        {
            Joins = joins,
            BytesPerJoin = bytesPerJoin,
            CompareBytes = traffic.Size(new CompareJoins(mine.Digest())),
            CompareMs = ProcessorTime.Measure(() =>
            {
                var bytes = serializer.ToBinary(new CompareJoins(mine.Digest()));
                _ = ((CompareJoins)serializer.FromBinary(bytes, "X")).Digest.Differences(theirs.Digest());
            }),
            InFlight = inFlight,
            ListBytes = lists,
            AllListBytes = all.Sum(part => (long)traffic.Size(part)),
        };
        GC.KeepAlive(mine);
        return report;
    }

    // The mean of some exchanges, in each of which a whole number of joins is under way.
    private static double Lists(JoinSet mine, JoinSet theirs, double inFlight, Traffic traffic, Random random)
    {
        const int Exchanges = 20;
        var bytes = 0L;
        for (var exchange = 0; exchange < Exchanges; exchange++)
        {
            var count = (int)inFlight + (random.NextDouble() < inFlight % 1 ? 1 : 0);
            var added = Enumerable.Range(0, count).Select(i => new JoinKey($"user:new{exchange}-{i}", default, i)).ToList();
            added.ForEach(theirs.Add);
            if (mine.Digest().Differences(theirs.Digest()) is { Count: > 0 } buckets)
            {
                var list = new ListJoins(buckets);
                bytes += traffic.Size(list) + SimulatedAntiEntropy.Lists(mine, list).Sum(part => (long)traffic.Size(part));
            }

            added.ForEach(theirs.Remove);
        }

        return bytes / (double)Exchanges;
    }

    private static JoinSet Create(JoinKey[] keys)
    {
        var set = new JoinSet();
        foreach (var key in keys)
        {
            set.Add(key);
        }

        return set;
    }
}
