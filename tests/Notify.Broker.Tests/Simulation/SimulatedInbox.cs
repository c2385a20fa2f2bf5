using Notify.Broker.Inboxes;
using Notify.Broker.Relays;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Holds the marks of an inbox at its owner, as <see cref="ChannelInbox"/> does: what is decided, and what is stored.</summary>
internal sealed class SimulatedInbox(InboxState loaded)
{
    public InboxState Decided { get; set; } = loaded;

    public InboxState Stored { get; set; } = loaded;

    /// <summary>Gets the relays that are told.</summary>
    public HashSet<RelayId> Watchers { get; } = [];
}
