using Notify.Broker.Messages;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Represents the answer to <see cref="SimulatedMark"/>.</summary>
internal sealed record SimulatedMarked(Guid Id, InboxMarked Answer);
