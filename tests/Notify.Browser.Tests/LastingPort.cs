using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Notify.Browser.Tests;

/// <summary>
/// Reserves a free port that no outgoing connection of this host can get. Such a connection could otherwise occupy the port between a stop
/// of the server and its next start.
/// </summary>
internal sealed class LastingPort : IDisposable
{
    // Browsers refuse some ports below, those of other protocols (https://fetch.spec.whatwg.org/#port-blocking).
    private const int First = 10_081;

    // Nothing is served here. Who listens on a port of this address keeps the tests of the JavaScript clients, which run at the same time
    // and look here too (ports.js), from taking the same port of 127.0.0.1.
    private static readonly IPAddress Reserved = IPAddress.Parse("127.0.0.2");

    private readonly TcpListener _reservation;

    private LastingPort(int number, TcpListener reservation) => (Number, _reservation) = (number, reservation);

    /// <summary>Gets the port.</summary>
    public int Number { get; }

    /// <summary>Reserves a port until the result is disposed.</summary>
    public static LastingPort Reserve()
    {
        var range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var ports = Enumerable.Range(First, int.Parse(range[0], CultureInfo.InvariantCulture) - First).ToArray();
        Random.Shared.Shuffle(ports);
        foreach (var port in ports)
        {
            if (Listen(Reserved, port) is not { } reservation)
            {
                continue;
            }

            using var probe = Listen(IPAddress.Loopback, port);
            if (probe is not null)
            {
                return new LastingPort(port, reservation);
            }

            reservation.Dispose();
        }

        throw new InvalidOperationException($"There is no free port below {range[0]}.");
    }

    public void Dispose() => _reservation.Dispose();

    private static TcpListener? Listen(IPAddress address, int port)
    {
        var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
