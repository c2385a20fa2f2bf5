namespace Notify.Broker.Relays;

/// <summary>Identifies one incarnation of a relay in the cluster. It is random, so a relay that starts again has another one.</summary>
/// <param name="Value">128 random bits.</param>
public readonly record struct RelayId(Guid Value)
{
    /// <summary>Creates a unique id.</summary>
    public static RelayId New() => new(Guid.NewGuid());
}
