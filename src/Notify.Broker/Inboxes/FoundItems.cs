namespace Notify.Broker.Inboxes;

/// <summary>Represents items that were looked up among the stored notifications of an inbox.</summary>
/// <param name="Ids">The offsets of ids. Ids that were not found are missing.</param>
/// <param name="Categories">The offsets in each category. Categories without items are missing.</param>
public sealed record FoundItems(IReadOnlyDictionary<string, long> Ids, IReadOnlyDictionary<string, RangeSet> Categories)
{
    /// <summary>Returns the offsets of some ids.</summary>
    public RangeSet Of(IEnumerable<string> ids) =>
        RangeSet.Of(ids.Where(Ids.ContainsKey).Select(id => new OffsetRange(Ids[id], Ids[id])));
}
