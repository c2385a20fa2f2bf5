using Notify.Broker;

namespace Notify.Server.Limits;

/// <summary>
/// Counts the memory of what clients and backends have begun to send and not finished: bodies of requests and messages of WebSockets. A
/// buffer is charged before it is rented and given back with it, so that strangers cannot fill the memory of the process.
/// </summary>
/// <param name="most">How many bytes there may be.</param>
/// <param name="metrics">Counts the refusals.</param>
/// <param name="refusals">Logs the refusals.</param>
public sealed class ReceiveAccount(long most, BrokerMetrics metrics, RefusalLog refusals)
{
    private long _used;

    /// <summary>How many bytes there may be.</summary>
    public long Most { get; } = most;

    /// <summary>How many bytes are charged.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Charges a buffer; false, and nothing is charged, when there is no room.</summary>
    public bool TryCharge(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= Most)
        {
            return true;
        }

        GiveBack(bytes);
        metrics.Refused("receiving");
        refusals.Add($"Bodies and messages are refused, because {Most >> 20} MB of unfinished ones are being received.", address: null);
        return false;
    }

    /// <summary>Charges a buffer that cannot be refused.</summary>
    public void Charge(int bytes) => Interlocked.Add(ref _used, bytes);

    /// <summary>Gives a buffer back.</summary>
    public void GiveBack(int bytes) => Interlocked.Add(ref _used, -bytes);
}
