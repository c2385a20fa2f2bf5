using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Notify.Browser.Tests;

/// <summary>
/// Finds a free port that no outgoing connection of this host can get. Such a connection could otherwise occupy the port between a stop of
/// the server and its next start.
/// </summary>
internal static class LastingPort
{
    private const int FirstUnprivileged = 1024;

    public static int Find()
    {
        var range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var ports = Enumerable.Range(FirstUnprivileged, int.Parse(range[0], CultureInfo.InvariantCulture) - FirstUnprivileged).ToArray();
        Random.Shared.Shuffle(ports);
        return ports.First(IsFree);
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
