namespace Notify.Broker.Relays;

/// <summary>Represents a relay of this node.</summary>
/// <param name="Account">The account of its undelivered bytes.</param>
/// <param name="Channels">Returns the number of its channels, on any thread.</param>
internal sealed record LocalRelay(DeliveryAccount Account, Func<int> Channels);
