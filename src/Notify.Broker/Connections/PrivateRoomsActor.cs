using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Connections;

/// <summary>Takes what other nodes send to sockets of this one.</summary>
internal sealed class PrivateRoomsActor : UntypedActor
{
    /// <summary>Its name, under which the other nodes find it.</summary>
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
