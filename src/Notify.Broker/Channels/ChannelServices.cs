using Notify.Broker.AntiEntropy;
using Notify.Broker.Clustering;
using Notify.Broker.History;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.Channels;

/// <summary>Groups the parts of a node that all of its channels share.</summary>
/// <param name="Options">The limits and times.</param>
/// <param name="Store">Stores the histories of the channels.</param>
/// <param name="Membership">Reports whether this node may own channels.</param>
/// <param name="Local">The channels of this node and the memory that they use.</param>
/// <param name="Relays">The delivery accounts of this node's relays.</param>
/// <param name="Peers">The other nodes.</param>
/// <param name="Metrics">The instruments of this node.</param>
/// <param name="Time">The clock.</param>
internal sealed record ChannelServices(
    BrokerOptions Options,
    IHistoryStore Store,
    Membership Membership,
    LocalChannels Local,
    LocalRelays Relays,
    PeerTable Peers,
    BrokerMetrics Metrics,
    TimeProvider Time);
