namespace Notify.Broker.Tests.Simulation;

/// <summary>Represents a message under way. Without a receiver it goes to the owner of its channel, or to the backend.</summary>
internal sealed record Packet(
    object Message,
    SimulatedRelay? ToRelay = null,
    SimulatedRelay? From = null,
    SimulatedNode? ToNode = null,
    SimulatedNode? Node = null);
