using Notify.Broker.AntiEntropy;

namespace Notify.Broker.Messages;

/// <summary>A node says, every few seconds, what its relays have joined at the receiver's channels; where the receiver knows something else, it answers by <see cref="ListJoins"/>.</summary>
/// <param name="Digest">What it knows.</param>
public sealed record CompareJoins(JoinDigest Digest) : IClusterMessage;
