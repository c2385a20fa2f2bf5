namespace Notify.Broker.Recovery;

/// <summary>A session that outlives its connection: who it is, what it has joined, and what was last written to it. No subscription, no queue.</summary>
/// <param name="PrivateId">The id that only its client knows.</param>
/// <param name="SocketId">The id that names its own room.</param>
/// <param name="Log">What it has joined and was told.</param>
public sealed record RecoverableSession(string PrivateId, string SocketId, DeliveryLog Log);
