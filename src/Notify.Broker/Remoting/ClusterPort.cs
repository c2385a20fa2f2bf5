using System.Net;
using System.Net.Sockets;
using Notify.Broker.Clustering;

namespace Notify.Broker.Remoting;

/// <summary>Opens the sockets between nodes.</summary>
internal static class ClusterPort
{
    /// <summary>Listens for the other nodes.</summary>
    /// <exception cref="ClusterJoinException">The port is not available. The message suggests a fix.</exception>
    public static Socket Listen(NodeAddress self)
    {
        var endpoint = EndpointOf(self);
        var socket = New(endpoint.AddressFamily);
        try
        {
            socket.Bind(endpoint);
            socket.Listen();
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new ClusterJoinException(
                $"the cluster port {self.Port} cannot be listened on: {exception.Message}. "
                    + "Stop the program that uses the port, or set NOTIFY_CLUSTER_PORT to another, and write it into "
                    + "NOTIFY_CLUSTER_SEEDS on all nodes",
                exception);
        }
    }

    /// <summary>Creates a socket for an outgoing connection.</summary>
    public static Socket New() => New(Socket.OSSupportsIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);

    /// <summary>Sets the options of every connection between nodes.</summary>
    public static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
    }

    private static Socket New(AddressFamily family)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        if (family == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = true;
        }

        Prepare(socket);
        return socket;
    }

    // Other nodes connect to the host, which need not be an address of this machine, as in a container's network. A loopback address is
    // one, and only processes on this host should reach it.
    private static IPEndPoint EndpointOf(NodeAddress self)
    {
        if (self.Host == "localhost")
        {
            return new IPEndPoint(IPAddress.Loopback, self.Port);
        }

        return IPAddress.TryParse(self.Host, out var address) && IPAddress.IsLoopback(address)
            ? new IPEndPoint(address, self.Port)
            : new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, self.Port);
    }
}
