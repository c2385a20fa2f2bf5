namespace Notify.Broker.AntiEntropy;

/// <summary>What one side knows of the joins between two nodes, in few bytes: for each bucket how many, and the XOR of their hashes.</summary>
/// <param name="Counts">How many joins each bucket has.</param>
/// <param name="Hashes">The XOR of their hashes.</param>
public sealed record JoinDigest(IReadOnlyList<int> Counts, IReadOnlyList<long> Hashes)
{
    /// <summary>The buckets in which the other side knows something else.</summary>
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
