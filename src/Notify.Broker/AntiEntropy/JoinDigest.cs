namespace Notify.Broker.AntiEntropy;

/// <summary>Summarizes one node's view of the joins between two nodes: for each bucket their number and the XOR of their hashes.</summary>
/// <param name="Counts">The number of joins in each bucket.</param>
/// <param name="Hashes">The XOR of their hashes.</param>
public sealed record JoinDigest(IReadOnlyList<int> Counts, IReadOnlyList<long> Hashes)
{
    /// <summary>Returns the buckets in which the views of the two nodes differ.</summary>
    public IReadOnlyList<int> Differences(JoinDigest other)
    {
        var different = new List<int>();
        for (var bucket = 0; bucket < Math.Min(Counts.Count, other.Counts.Count); bucket++)
        {
            if (Counts[bucket] != other.Counts[bucket] || Hashes[bucket] != other.Hashes[bucket])
            {
                different.Add(bucket);
            }
        }

        return different;
    }
}
