namespace Notify.Broker.AntiEntropy;

/// <summary>
/// Holds one node's view of the joins between two nodes in one direction, in buckets by hash. Safe to use from any thread.
/// </summary>
public sealed class JoinSet
{
    /// <summary>The number of buckets; a part of the protocol between nodes.</summary>
    public const int Buckets = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<JoinKey, ulong>?[] _joins = new Dictionary<JoinKey, ulong>?[Buckets];
    private readonly long[] _hashes = new long[Buckets];

    /// <summary>Adds a join.</summary>
    public void Add(JoinKey join)
    {
        var hash = join.Hash();
        var bucket = BucketOf(hash);
        lock (_lock)
        {
            if ((_joins[bucket] ??= []).TryAdd(join, hash))
            {
                _hashes[bucket] ^= (long)hash;
            }
        }
    }

    /// <summary>Removes a join that has ended.</summary>
    public void Remove(JoinKey join)
    {
        var bucket = BucketOf(join.Hash());
        lock (_lock)
        {
            if (_joins[bucket]?.Remove(join, out var hash) == true)
            {
                _hashes[bucket] ^= (long)hash;
            }
        }
    }

    /// <summary>Computes the digest for the comparison.</summary>
    public JoinDigest Digest()
    {
        lock (_lock)
        {
            return new JoinDigest([.. _joins.Select(bucket => bucket?.Count ?? 0)], [.. _hashes]);
        }
    }

    /// <summary>Returns the joins of a bucket, ordered by their hashes.</summary>
    public IReadOnlyList<(JoinKey Join, ulong Hash)> List(int bucket)
    {
        lock (_lock)
        {
            return [.. (_joins[bucket] ?? []).Select(join => (join.Key, join.Value)).OrderBy(join => join.Value)];
        }
    }

    // The lowest bits are as evenly distributed as all others.
    private static int BucketOf(ulong hash) => (int)(hash % Buckets);
}
