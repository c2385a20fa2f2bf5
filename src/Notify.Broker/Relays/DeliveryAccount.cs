namespace Notify.Broker.Relays;

/// <summary>
/// Counts the undelivered bytes of a relay stripe. A mailbox has no limit, so this account is the limit: the channel's owner charges it
/// before it delivers, the relay releases it when the send queues have taken over, and publishers wait for credit.
/// </summary>
/// <param name="limit">The credit, in bytes.</param>
public sealed class DeliveryAccount(long limit)
{
    private long _bytes;

    /// <summary>Gets the charged bytes.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Gets whether more may be delivered.</summary>
    public bool HasCredit => Bytes < limit;

    /// <summary>Charges a notification before its delivery.</summary>
    public void Charge(int bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Releases delivered bytes.</summary>
    public void Release(int bytes) => Interlocked.Add(ref _bytes, -bytes);
}
