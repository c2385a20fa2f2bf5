using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Messages;
using Notify.Broker.AntiEntropy;

namespace Notify.Broker.Connections;

/// <summary>Sends to sockets' own rooms: each is at the node that the socket's id names. Nothing of it is kept, and nobody says whether it arrived.</summary>
/// <param name="sockets">The sockets of this node.</param>
/// <param name="membership">Which nodes there are.</param>
/// <param name="peers">What is under way to them.</param>
/// <param name="find">Finds the actor that takes what is for a node's sockets.</param>
public sealed class PrivateRooms(SocketDirectory sockets, Membership membership, PeerTable peers, Func<Address, ICanTell> find)
{
    // Its notification exists nowhere, so there is no place in it to come back to.
    private static readonly Position Nowhere = new("", 0);

    /// <summary>Sends a notification to a socket of whatever node.</summary>
    public void Send(SocketSend send)
    {
        if (Deliver(send) || !SocketIds.TryReadNode(send.Socket, out var tag))
        {
            return;
        }

        // By chance several may be named alike; the socket is at one of them. One that is behind is told nothing.
        foreach (var node in membership.FindNodes(tag))
        {
            if (peers.At(node.Address).Account.TryCharge(ToNotification(send).Cost))
            {
                find(node.Address).Tell(send, ActorRefs.NoSender);
            }
        }
    }

    /// <summary>Writes to a socket of this node; false when it is not here.</summary>
    internal bool Deliver(SocketSend send)
    {
        if (!sockets.TryFind(send.Socket, out var found))
        {
            return false;
        }

        found.Socket.Write(found.Format.Encode(ToNotification(send)));
        return true;
    }

    private static Notification ToNotification(SocketSend send) =>
        new(send.Socket, Nowhere, send.Id, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), send.Payload);
}
