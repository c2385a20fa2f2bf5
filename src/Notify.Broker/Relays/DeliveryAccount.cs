namespace Notify.Broker.Relays;

/// <summary>
/// What a relay stripe still has to deliver, in bytes. A mailbox has no bound, so the bound is this account: the channel's owner
/// charges it before it tells, the relay releases it when the sockets' accounts have taken over, and the send endpoint waits for credit.
/// </summary>
/// <param name="limit">The credit, in bytes.</param>
public sealed class DeliveryAccount(long limit)
{
    private long _bytes;

    /// <summary>What is charged now, in bytes.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether more may be told.</summary>
    public bool HasCredit => Bytes < limit;

    /// <summary>Charges what is about to be told.</summary>
    public void Charge(int bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Gives back what was delivered.</summary>
    public void Release(int bytes) => Interlocked.Add(ref _bytes, -bytes);
}
