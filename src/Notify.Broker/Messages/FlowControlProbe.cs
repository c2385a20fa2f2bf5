namespace Notify.Broker.Messages;

/// <summary>
/// Follows a node's deliveries. The receiver returns a <see cref="FlowControlAck"/> when all earlier messages were delivered or lost.
/// </summary>
/// <param name="Bytes">The total size of all deliveries so far, in bytes.</param>
public sealed record FlowControlProbe(long Bytes) : IClusterMessage;
