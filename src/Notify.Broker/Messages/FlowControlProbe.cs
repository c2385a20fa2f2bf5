namespace Notify.Broker.Messages;

/// <summary>Follows what a node has told; comes back as <see cref="FlowControlAck"/> when all before it was delivered, or lost.</summary>
/// <param name="Bytes">What was told in all, in bytes.</param>
public sealed record FlowControlProbe(long Bytes) : IClusterMessage;
