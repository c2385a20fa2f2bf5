namespace Notify.Broker.Recovery;

/// <summary>
/// Represents the part of a session that outlives its connection: its ids, and the log of its channels and last written notifications. It
/// has no subscriptions and no queue.
/// </summary>
/// <param name="PrivateId">The id that only its client knows.</param>
/// <param name="SocketId">The id that is also the name of its own room.</param>
/// <param name="Log">The log of its channels and last written notifications.</param>
public sealed record RecoverableSession(string PrivateId, string SocketId, DeliveryLog Log)
{
    /// <summary>Gets or sets whose session it is. It changes when the client shows its first token.</summary>
    public SessionOwner Owner { get; set; } = SessionOwner.Nobody;
}
