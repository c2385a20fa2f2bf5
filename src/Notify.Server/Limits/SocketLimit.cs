using System.Net;
using Notify.Broker.Metrics;

namespace Notify.Server.Limits;

/// <summary>
/// Counts the sockets of this process that others can open: TCP connections of clients and of other nodes, and those on which this node
/// forwards requests. The limit is below the limit of open files, so that the store, the log and the cluster always have theirs.
/// </summary>
/// <param name="most">The maximum number of sockets.</param>
/// <param name="metrics">Counts the refusals.</param>
/// <param name="refusals">Logs the refusals.</param>
public sealed class SocketLimit(int most, BrokerMetrics metrics, RefusalLog refusals)
{
    private int _open;

    /// <summary>Gets the maximum number of sockets.</summary>
    public int Most { get; } = most;

    /// <summary>Gets the number of open sockets.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Reserves a socket. Returns false when the limit is reached.</summary>
    /// <param name="peer">The address of the peer, for the log.</param>
    public bool TryOpen(IPAddress? peer)
    {
        if (Interlocked.Increment(ref _open) <= Most)
        {
            return true;
        }

        Close();
        metrics.Limits.Refused("sockets");
        refusals.Add(
            $"TCP connections are refused, because {Most} are open, which is what the limit of open files leaves. Raise it: "
                + "ulimit -n, LimitNOFILE= of systemd, or ulimits of the container.",
            peer);
        return false;
    }

    /// <summary>Releases a socket.</summary>
    public void Close() => Interlocked.Decrement(ref _open);
}
