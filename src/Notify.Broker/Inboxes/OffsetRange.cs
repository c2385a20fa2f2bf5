namespace Notify.Broker.Inboxes;

/// <summary>Represents consecutive offsets of a channel.</summary>
/// <param name="From">The first offset.</param>
/// <param name="To">The last offset, included.</param>
public readonly record struct OffsetRange(long From, long To)
{
    /// <summary>Gets the number of offsets.</summary>
    public long Count => To - From + 1;
}
