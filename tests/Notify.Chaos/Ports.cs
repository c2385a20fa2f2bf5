using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Notify.Chaos;

/// <summary>
/// Ports of loopback that no outgoing connection of this host can be given: a node that is killed has to find its port free when it
/// starts again.
/// </summary>
internal static class Ports
{
    private const int FirstUnprivileged = 1024;

    private static readonly ConcurrentDictionary<int, bool> Taken = new();

    /// <summary>A port that nobody else here is given.</summary>
    public static int Next()
    {
        var range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var ports = Enumerable.Range(FirstUnprivileged, int.Parse(range[0], CultureInfo.InvariantCulture) - FirstUnprivileged).ToArray();
        Random.Shared.Shuffle(ports);
        return ports.First(port => IsFree(port) && Taken.TryAdd(port, true));
    }

    /// <summary>Gives ports back; there are few of them.</summary>
    public static void Return(IEnumerable<int> ports)
    {
        foreach (var port in ports)
        {
            Taken.TryRemove(port, out _);
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
