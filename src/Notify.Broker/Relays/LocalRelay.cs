namespace Notify.Broker.Relays;

/// <summary>Represents a relay of this node.</summary>
/// <param name="Account">The account of its undelivered bytes.</param>
/// <param name="State">Its state, of which other threads may only read the number of channels.</param>
public sealed record LocalRelay(DeliveryAccount Account, RelayState State);
