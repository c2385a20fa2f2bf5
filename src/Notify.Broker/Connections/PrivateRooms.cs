using Akka.Actor;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Messages;

namespace Notify.Broker.Connections;

/// <summary>
/// Sends notifications to sockets' own rooms, each of which is on the node in the socket's id. They are not stored, and their delivery is
/// not confirmed.
/// </summary>
/// <param name="sockets">The sockets of this node.</param>
/// <param name="membership">The nodes of the cluster.</param>
/// <param name="peers">The accounts of the data under way to other nodes.</param>
/// <param name="time">The clock.</param>
/// <param name="find">Finds the actor that receives notifications for a node's sockets.</param>
public sealed class PrivateRooms(
    SocketDirectory sockets, Membership membership, PeerTable peers, TimeProvider time, Func<Address, ICanTell> find)
{
    // The notification is not stored, so it has no position for a recovery.
    private static readonly Position Nowhere = new("", 0);

    /// <summary>Sends a notification to a socket of any node.</summary>
    public void Send(SocketSend send)
    {
        if (Deliver(send) || !SocketIds.TryReadNode(send.Socket, out var tag))
        {
            return;
        }

        // By chance several nodes may have the same tag; the socket is on one of them. A node that is behind receives nothing.
        foreach (var node in membership.FindNodes(tag))
        {
            if (peers.At(node.Address).Account.TryCharge(ToNotification(send).Cost))
            {
                find(node.Address).Tell(send, ActorRefs.NoSender);
            }
        }
    }

    /// <summary>Writes to a socket of this node. Returns false when it does not exist.</summary>
    internal bool Deliver(SocketSend send)
    {
        if (!sockets.TryFind(send.Socket, out var found))
        {
            return false;
        }

        found.Socket.Write(found.Format.Encode(ToNotification(send)));
        return true;
    }

    private Notification ToNotification(SocketSend send) =>
        new(send.Socket, Nowhere, send.Id, time.GetUtcNow().ToUnixTimeMilliseconds(), send.Payload) { Meta = send.Meta };
}
