namespace Notify.Broker.Messages;

/// <summary>A <see cref="FlowControlProbe"/> comes back.</summary>
/// <param name="Bytes">What it said.</param>
public sealed record FlowControlAck(long Bytes) : IClusterMessage;
