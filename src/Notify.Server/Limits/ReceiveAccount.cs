using Notify.Broker.Metrics;

namespace Notify.Server.Limits;

/// <summary>
/// Accounts for the memory of unfinished input: bodies of requests and messages of WebSockets. A buffer is charged before it is rented and
/// credited when it is returned, so that clients cannot fill the memory of the process.
/// </summary>
/// <param name="most">The limit in bytes.</param>
/// <param name="metrics">Counts the refusals.</param>
/// <param name="refusals">Logs the refusals.</param>
public sealed class ReceiveAccount(long most, BrokerMetrics metrics, RefusalLog refusals)
{
    private long _used;

    /// <summary>Gets the limit in bytes.</summary>
    public long Most { get; } = most;

    /// <summary>Gets the charged bytes.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Charges a buffer. Returns false without charging it when there is no room.</summary>
    public bool TryCharge(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= Most)
        {
            return true;
        }

        GiveBack(bytes);
        metrics.Limits.Refused("receiving");
        refusals.Add($"Bodies and messages are refused, because {Most >> 20} MB of unfinished ones are being received.", address: null);
        return false;
    }

    /// <summary>Charges a buffer that cannot be refused.</summary>
    public void Charge(int bytes) => Interlocked.Add(ref _used, bytes);

    /// <summary>Credits a returned buffer.</summary>
    public void GiveBack(int bytes) => Interlocked.Add(ref _used, -bytes);
}
