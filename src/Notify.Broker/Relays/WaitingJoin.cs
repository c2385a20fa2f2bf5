using Notify.Broker.Connections;
using Notify.Protocol;

namespace Notify.Broker.Relays;

/// <summary>A join that waits until the owner has answered the relay's own.</summary>
/// <param name="Subscription">Who joins.</param>
/// <param name="Reply">The acknowledgement, when one is asked for.</param>
/// <param name="Since">From where on; null for what is sent from now on.</param>
/// <param name="At">When it began to wait, in milliseconds of a monotonic clock.</param>
internal sealed record WaitingJoin(Subscription Subscription, JoinReply? Reply, Since? Since, long At);
