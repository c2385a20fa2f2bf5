namespace Notify.Broker.Relays;

/// <summary>Names one life of one relay in the cluster: random, so that a relay that starts again is another one.</summary>
/// <param name="Value">128 random bits.</param>
public readonly record struct RelayId(Guid Value)
{
    /// <summary>A name that no other relay has.</summary>
    public static RelayId New() => new(Guid.NewGuid());
}
