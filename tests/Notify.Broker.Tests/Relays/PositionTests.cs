using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Protocol;

namespace Notify.Broker.Tests.Relays;

/// <summary>Tests the position that a relay reports of a subscription.</summary>
public sealed class PositionTests
{
    private readonly RelayId _id = RelayId.New();
    private readonly List<IChannelMessage> _asked = [];
    private readonly SendQueue _queue = new(1 << 20);
    private readonly RelayState _relay;

    public PositionTests()
    {
        _relay = new RelayState(
            _id,
            new RelayLimits(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), 10, MaxChannels: 10),
            _asked.Add,
            static (_, _) => { },
            static () => { },
            static _ => { },
            new DeliveryCounter());
    }

    [Fact]
    public void It_is_known_when_the_join_is_answered_and_moves_with_each_notification()
    {
        var subscription = Subscribe(since: null);
        Assert.Null(_relay.PositionOf("c", subscription));

        Join(head: 7);
        Assert.Equal(new Position("e", 7), _relay.PositionOf("c", subscription));

        _relay.OnDeliver(new Deliver(_id, Number, Notification(8)), default, now: 0);
        Assert.Equal(new Position("e", 8), _relay.PositionOf("c", subscription));

        _relay.Unsubscribe("c", subscription);
        Assert.Null(_relay.PositionOf("c", subscription));
    }

    [Fact]
    public void It_is_that_of_the_replay_while_missed_notifications_are_sent()
    {
        var live = Subscribe(since: null);
        var behind = Subscribe(new Since.After("e", 2));
        Join(head: 7);
        Assert.Null(_relay.PositionOf("c", behind));

        _relay.OnPage(
            new HistoryPage("c", _id, Number, After: 2, new Position("e", 2), [Notification(3), Notification(4)]), now: 0);

        Assert.Equal(new Position("e", 4), _relay.PositionOf("c", behind));
        Assert.Equal(new Position("e", 7), _relay.PositionOf("c", live));
    }

    private long Number => _asked.OfType<JoinChannel>().Last().JoinNumber;

    private void Join(long head) => _relay.OnJoined(new ChannelJoined("c", _id, Number, new Position("e", head)), owner: null, now: 0);

    private Subscription Subscribe(Since? since)
    {
        var subscription = new Subscription(_queue, Format.Instance);
        _relay.Subscribe("c", subscription, since, reply: null, now: 0);
        return subscription;
    }

    private static Notification Notification(long offset) =>
        new("c", new Position("e", offset), new PublishId(Guid.NewGuid(), 0), at: 0, "1"u8.ToArray());

    private sealed class Format : WireFormat
    {
        public static readonly Format Instance = new();

        public override WireMessage Encode(Notification notification) => WireMessage.Text(notification.Payload);
    }
}
