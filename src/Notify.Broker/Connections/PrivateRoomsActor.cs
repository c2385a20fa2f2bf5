using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Connections;

/// <summary>Receives the notifications of other nodes for sockets of this node.</summary>
internal sealed class PrivateRoomsActor : UntypedActor
{
    /// <summary>The actor's name, by which the other nodes find it.</summary>
    public const string Name = "rooms";

    private readonly PrivateRooms _rooms;

    public PrivateRoomsActor(PrivateRooms rooms)
    {
        _rooms = rooms;
    }

    protected override void OnReceive(object message)
    {
        if (message is SocketSend send)
        {
            _rooms.Deliver(send);
        }
        else
        {
            Unhandled(message);
        }
    }
}
