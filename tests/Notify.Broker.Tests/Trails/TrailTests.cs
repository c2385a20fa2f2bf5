using System.Text;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Broker.Sending;
using Notify.Broker.Trails;
using Notify.Protocol;

namespace Notify.Broker.Tests.Trails;

public sealed class TrailTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_000));
    private readonly SubscriptionList _list = new();

    [Fact]
    public void A_delivery_says_how_many_sockets_have_it_and_when_it_was_written()
    {
        var trail = new Trail(1 << 20, 1, _time);
        var sockets = Subscribe(3);
        var notification = NewNotification(1);

        Deliver(trail, notification);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        sockets[0].Messages.Single().Observer!.Written();
        _time.Advance(TimeSpan.FromMilliseconds(5));
        sockets[1].Messages.Single().Observer!.Written();
        sockets[2].Messages.Single().Observer!.Dropped();

        var record = Assert.Single(trail.FindDeliveries(record => record.Id == notification.Id, 10));
        Assert.Equal((3, 2, 1), (record.Sockets, record.Written, record.Dropped));
        Assert.Equal((1_000, 1_005, 1_010), (record.At, record.FirstWriteAt, record.LastWriteAt));
        Assert.Equal(("c", 1), (record.Channel, record.Offset));
    }

    [Fact]
    public void A_socket_that_refuses_the_message_is_not_counted()
    {
        var trail = new Trail(1 << 20, 1, _time);
        Subscribe(2)[0].IsClosed = true;

        Deliver(trail, NewNotification(1));

        Assert.Equal(1, trail.FindDeliveries(static _ => true, 10).Single().Sockets);
    }

    [Fact]
    public void Writes_to_more_than_a_hundred_sockets_are_not_counted()
    {
        var trail = new Trail(1 << 20, 1, _time);
        var sockets = Subscribe(RelayTrail.MaxFollowed + 1);

        Deliver(trail, NewNotification(1));

        Assert.All(sockets, static socket => Assert.Null(socket.Messages.Single().Observer));
        var record = trail.FindDeliveries(static _ => true, 10).Single();
        Assert.Equal((RelayTrail.MaxFollowed + 1, null, null), (record.Sockets, record.Written, record.FirstWriteAt));
    }

    [Fact]
    public void Without_memory_nothing_is_recorded()
    {
        var trail = new Trail(0, 1, _time);
        var socket = Subscribe(1)[0];

        Deliver(trail, NewNotification(1));
        trail.Accepted("shop", [new SendResult("c", NewId(), new Position("e", 1))], "1"u8.ToArray(), TimeSpan.Zero);
        trail.Refused("shop", ["c"], "refused", TimeSpan.Zero);

        Assert.Null(socket.Messages.Single().Observer);
        Assert.Empty(trail.FindDeliveries(static _ => true, 10));
        Assert.Empty(trail.FindSends(static _ => true, 10));
    }

    [Fact]
    public void The_oldest_are_forgotten_first()
    {
        var trail = new Trail(SendRecord.Cost * 8 * 2_000 / 3, 1, _time);

        for (var i = 1; i <= 5_000; i++)
        {
            trail.Accepted("shop", [new SendResult("c", NewId(), new Position("e", i))], "1"u8.ToArray(), TimeSpan.FromMilliseconds(i));
        }

        var all = trail.FindSends(static _ => true, 10_000);
        Assert.InRange(all.Count, 1_990, 2_000);
        Assert.Equal(
            Enumerable.Range(5_001 - all.Count, all.Count).Select(static i => (long)i),
            all.Select(static send => send.Position!.Value.Offset));
        Assert.Equal([4_998L, 4_999, 5_000], trail.FindSends(static _ => true, 3).Select(static send => send.Position!.Value.Offset));
    }

    [Fact]
    public void A_relay_that_replaces_another_forgets_its_records()
    {
        var trail = new Trail(1 << 20, 1, _time);
        Subscribe(1);
        Deliver(trail, NewNotification(1));

        Deliver(trail, NewNotification(2));

        Assert.Equal(2, trail.FindDeliveries(static _ => true, 10).Single().Offset);
    }

    [Fact]
    public void It_says_since_when_it_remembers_every_delivery()
    {
        var trail = new Trail(DeliveryRecord.Cost * 2 * 3, 1, _time);
        var relay = trail.CreateRelay();
        Assert.Equal(1_000, trail.KnownSince);

        for (var i = 1; i <= 4; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            relay.End(relay.Begin(NewNotification(i), 1)!);
        }

        Assert.Equal([2L, 3, 4], trail.FindDeliveries(static _ => true, 10).Select(static record => record.Offset));
        Assert.Equal(3_000, trail.KnownSince);
        _time.Advance(TimeSpan.FromSeconds(1));
        trail.CreateRelay();
        Assert.Equal(6_000, trail.KnownSince);
        Assert.Equal(long.MaxValue, new Trail(0, 1, _time).KnownSince);
    }

    [Fact]
    public void A_replay_is_recorded_with_its_offsets()
    {
        var trail = new Trail(1 << 20, 1, _time);
        var relay = trail.CreateRelay();

        relay.Replayed("c", 3, 5);
        relay.Replayed("c", 6, 5);

        Assert.Equal(new ReplayRecord("c", 3, 5, 1_000), Assert.Single(trail.FindReplays(static _ => true, 10)));
    }

    [Fact]
    public void A_refused_request_is_recorded_for_each_channel()
    {
        var trail = new Trail(1 << 20, 1, _time);

        trail.Refused("shop", ["a", "b"], "overload", TimeSpan.FromMilliseconds(7));

        Assert.Equal(
            [("a", "overload", null, 7), ("b", "overload", null, 7)],
            trail.FindSends(static _ => true, 10)
                .Select(static send => (send.Channel, send.Outcome, send.Id?.ToString(), send.Milliseconds)));
    }

    private static PublishId NewId() => new(Guid.NewGuid(), 0);

    private static Notification NewNotification(long offset) =>
        new("c", new Position("e", offset), NewId(), 0, Encoding.UTF8.GetBytes("1"));

    private void Deliver(Trail trail, Notification notification) =>
        _list.Deliver(notification, new DeliveryCounter(), default, trail.CreateRelay());

    private List<Socket> Subscribe(int count)
    {
        var format = new Format();
        var sockets = Enumerable.Range(0, count).Select(static _ => new Socket()).ToList();
        sockets.ForEach(socket => _list.Add(new Subscription(socket, format)));
        return sockets;
    }

    private sealed class Format : WireFormat
    {
        public override WireMessage Encode(Notification notification) => WireMessage.Json(notification.Payload);
    }

    private sealed class Socket : ISubscriber
    {
        public List<WireMessage> Messages { get; } = [];

        public bool IsClosed { get; set; }

        public bool HasRoom => true;

        public bool Write(WireMessage message)
        {
            Messages.Add(message);
            return !IsClosed;
        }

        public void WhenRoom(Action then) => then();

        public void End(EndReason reason)
        {
        }
    }
}
