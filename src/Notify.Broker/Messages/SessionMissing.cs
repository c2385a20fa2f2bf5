namespace Notify.Broker.Messages;

/// <summary>A session is not, or no longer, at the node that was asked.</summary>
/// <param name="PrivateId">The id that only the client knows.</param>
/// <param name="IsOver">Whether this life of the node began it, and so knows that it is over.</param>
internal sealed record SessionMissing(string PrivateId, bool IsOver) : IClusterMessage;
