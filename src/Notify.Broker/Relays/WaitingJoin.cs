using Notify.Broker.Connections;
using Notify.Protocol;

namespace Notify.Broker.Relays;

/// <summary>Represents a join that waits for the answer to the relay's own join.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Reply">The acknowledgement, if the client requested one.</param>
/// <param name="Since">The start position; null for new notifications only.</param>
/// <param name="At">The start of the wait, in milliseconds of a monotonic clock.</param>
internal sealed record WaitingJoin(Subscription Subscription, JoinReply? Reply, Since? Since, long At);
