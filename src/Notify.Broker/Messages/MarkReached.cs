namespace Notify.Broker.Messages;

/// <summary>A <see cref="Mark"/> comes back.</summary>
/// <param name="Bytes">What it said.</param>
public sealed record MarkReached(long Bytes) : IClusterMessage;
