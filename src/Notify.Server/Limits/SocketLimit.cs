using System.Net;
using Notify.Broker;

namespace Notify.Server.Limits;

/// <summary>
/// Counts the sockets of this process that others may cause: TCP connections of clients and of other nodes, and those that this node opens
/// to pass requests on. Bounded below the limit of open files, so that the store, the log and the cluster always have theirs.
/// </summary>
/// <param name="most">How many there may be.</param>
/// <param name="metrics">Counts the refusals.</param>
/// <param name="refusals">Logs the refusals.</param>
public sealed class SocketLimit(int most, BrokerMetrics metrics, RefusalLog refusals)
{
    private int _open;

    /// <summary>How many there may be.</summary>
    public int Most { get; } = most;

    /// <summary>How many are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Takes a place; false when there is none.</summary>
    /// <param name="peer">Who wants it, for the log.</param>
    public bool TryOpen(IPAddress? peer)
    {
        if (Interlocked.Increment(ref _open) <= Most)
        {
            return true;
        }

        Close();
        metrics.Refused("sockets");
        refusals.Add(
            $"TCP connections are refused, because {Most} are open, which is what the limit of open files leaves. Raise it: ulimit -n, LimitNOFILE= of systemd, or ulimits of the container.",
            peer);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Close() => Interlocked.Decrement(ref _open);
}
