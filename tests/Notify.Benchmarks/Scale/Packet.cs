using Notify.Broker.Messages;

namespace Notify.Benchmarks.Scale;

/// <summary>Represents a message under way.</summary>
/// <param name="At">When it arrives.</param>
/// <param name="From">The node that sent it.</param>
/// <param name="To">The node to which it goes.</param>
/// <param name="Message">The message.</param>
/// <param name="Relay">The relay that receives it or, for a message to a channel, sent it; null for neither.</param>
/// <param name="Origin">The node on which a message to a channel began.</param>
internal readonly record struct Packet(
    long At, SimulatedNode From, SimulatedNode To, IClusterMessage Message, SimulatedRelay? Relay, SimulatedNode Origin);
