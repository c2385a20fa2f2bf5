using System.Net;

namespace Notify.Server.Limits;

/// <summary>Represents the place of one socket within the limits.</summary>
/// <param name="Sockets">The sockets of this process.</param>
/// <param name="Addresses">The limits of each address; null when none apply.</param>
/// <param name="Peer">The key to which the socket is charged.</param>
internal readonly record struct SocketPlace(SocketLimit Sockets, AddressLimits? Addresses, AddressKey Peer)
{
    /// <summary>Reserves a place for the socket of a peer. Returns null when a limit is reached.</summary>
    public static SocketPlace? TryOpen(SocketLimit sockets, AddressLimits? addresses, IPAddress? address)
    {
        var peer = addresses is null || address is null ? AddressKey.None : addresses.KeyOfPeer(address);
        if (!sockets.TryOpen(address))
        {
            return null;
        }

        if (addresses?.TryOpenSocket(peer, address) == false)
        {
            sockets.Close();
            return null;
        }

        return new SocketPlace(sockets, addresses, peer);
    }

    /// <summary>Releases the place. Must be called once.</summary>
    public void Release()
    {
        Sockets.Close();
        Addresses?.CloseSocket(Peer);
    }
}
