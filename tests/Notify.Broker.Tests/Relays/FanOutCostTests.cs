using System.Text;
using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Broker.Tests.Relays;

/// <summary>Tests the cost of a delivery by counting. Its duration is measured by the benchmarks.</summary>
public sealed class FanOutCostTests
{
    private readonly RelayId _id = RelayId.New();
    private readonly List<IChannelMessage> _asked = [];
    private readonly CountingFormat _format = new();
    private readonly List<SendQueue> _sendQueues = [];
    private readonly List<WireMessage> _batch = [];
    private readonly RelayState _relay;
    private long _join;
    private long _offset;

    public FanOutCostTests()
    {
        _relay = new RelayState(
            _id,
            new RelayLimits(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), 10),
            _asked.Add,
            (_, _) => { },
            () => { },
            _ => { },
            new DeliveryCounter());
    }

    [Fact]
    public void A_thousand_sockets_are_one_join_and_a_notification_is_encoded_once_for_all_of_them()
    {
        Join(1000);

        Deliver();

        Assert.Equal(1, _format.Encoded);
        Assert.IsType<JoinChannel>(Assert.Single(_asked));
        Assert.All(_sendQueues, sendQueue => Assert.True(sendQueue.HasQueued));
    }

    [Fact]
    public void A_delivery_allocates_nothing_for_each_socket() =>
        Assert.Equal(
            new FanOutCostTests().AllocatedByANotification(sockets: 1), new FanOutCostTests().AllocatedByANotification(sockets: 1000));

    private long AllocatedByANotification(int sockets)
    {
        Join(sockets);
        Deliver();
        Take();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Deliver();
        Take();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void Join(int sockets)
    {
        for (var i = 0; i < sockets; i++)
        {
            var sendQueue = new SendQueue(1 << 20);
            sendQueue.Attach(ActorRefs.Nobody);
            _sendQueues.Add(sendQueue);
            _relay.Subscribe("c", new Subscription(sendQueue, _format), null, null, 0);
        }

        _join = Assert.Single(_asked.OfType<JoinChannel>()).JoinNumber;
        _relay.OnJoined(new ChannelJoined("c", _id, _join, new Position("e", 0)), null, 0);
    }

    private void Deliver()
    {
        var notification = new Notification(
            "c",
            new Position("e", ++_offset),
            new PublishId(Guid.NewGuid(), 0),
            0,
            Encoding.ASCII.GetBytes("\"" + new string('x', 200) + "\""));
        _relay.OnDeliver(new Deliver(_id, _join, notification), default, 0);
    }

    private void Take()
    {
        foreach (var sendQueue in _sendQueues)
        {
            sendQueue.Release(sendQueue.Dequeue(_batch, 64 * 1024, int.MaxValue));
            _batch.Clear();
        }
    }

    private sealed class CountingFormat : WireFormat
    {
        public int Encoded { get; private set; }

        public override WireMessage Encode(Notification notification)
        {
            Encoded++;
            return SocketMessages.Notification(
                notification.Payload.Span, notification.Channel, notification.Position.Epoch, notification.Offset);
        }
    }
}
