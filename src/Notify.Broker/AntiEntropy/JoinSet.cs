namespace Notify.Broker.AntiEntropy;

/// <summary>
/// The joins between two nodes in one direction, as one of them knows them, in buckets by hash. Safe to call from any thread.
/// </summary>
public sealed class JoinSet
{
    /// <summary>How many buckets there are; a part of the protocol between nodes.</summary>
    public const int Buckets = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<JoinKey, ulong>?[] _joins = new Dictionary<JoinKey, ulong>?[Buckets];
    private readonly long[] _hashes = new long[Buckets];

    /// <summary>A join is made.</summary>
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

    /// <summary>A join has ended.</summary>
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

    /// <summary>What is known, to be compared.</summary>
    public JoinDigest Digest()
    {
        lock (_lock)
        {
            return new JoinDigest([.. _joins.Select(bucket => bucket?.Count ?? 0)], [.. _hashes]);
        }
    }

    /// <summary>The joins of a bucket, in the order of their hashes.</summary>
    public IReadOnlyList<(JoinKey Join, ulong Hash)> List(int bucket)
    {
        lock (_lock)
        {
            return [.. (_joins[bucket] ?? []).Select(join => (join.Key, join.Value)).OrderBy(join => join.Value)];
        }
    }

    // The lowest bits spread evenly, as all others do.
    private static int BucketOf(ulong hash) => (int)(hash % Buckets);
}
