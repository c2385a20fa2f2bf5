using Notify.Broker.AntiEntropy;

namespace Notify.Broker.Messages;

/// <summary>
/// Sends, every few seconds, a node's view of its relays' joins at the receiver's channels. Where the receiver's view differs, it responds
/// with <see cref="ListJoins"/>.
/// </summary>
/// <param name="Digest">The sender's view.</param>
public sealed record CompareJoins(JoinDigest Digest) : IClusterMessage;
