namespace Notify.Broker.Messages;

/// <summary>Acknowledges a <see cref="FlowControlProbe"/>.</summary>
/// <param name="Bytes">The probe's value.</param>
public sealed record FlowControlAck(long Bytes) : IClusterMessage;
