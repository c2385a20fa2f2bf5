using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Protocol;

namespace Notify.Broker.Tests.Relays;

/// <summary>Tests that a relay limits the channels with subscribers, and reports the end of every join.</summary>
public sealed class RelayLimitTests
{
    private readonly List<IChannelMessage> _asked = [];
    private readonly Socket _socket = new();
    private readonly RelayState _relay;
    private int _ended;
    private int _refused;

    public RelayLimitTests()
    {
        _relay = new RelayState(
            RelayId.New(), new RelayLimits(
                TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), 10, MaxChannels: 1), _asked.Add, (_, _) => { }, () => { }, _ =>
                _ended++, new DeliveryCounter(), refused: () => _refused++);
    }

    [Fact]
    public void A_channel_too_many_is_refused_and_one_that_is_there_takes_more_subscribers()
    {
        var first = Subscribe("a");
        Assert.Equal(0, _ended);
        var second = Subscribe("b");
        Assert.Equal((JoinErrors.Limit, 1, 1), (second.Error, _refused, _ended));

        var join = Assert.IsType<JoinChannel>(Assert.Single(_asked));
        _relay.OnJoined(new ChannelJoined("a", join.Relay, join.JoinNumber, new Position("e", 0)), owner: null, now: 1);
        Assert.Equal((true, 2), (first.IsJoined, _ended));
        Assert.True(Subscribe("a").IsJoined);
        Assert.Equal(3, _ended);
    }

    [Fact]
    public void A_join_that_is_given_up_or_left_has_ended_too()
    {
        var reply = Subscribe("a");
        _relay.Tick(20_000);
        Assert.Equal((JoinErrors.Unavailable, 1), (reply.Error, _ended));

        var subscription = new Subscription(_socket, Format.Instance);
        var left = new Reply();
        _relay.Subscribe("a", subscription, null, left, 20_000);
        _relay.Unsubscribe("a", subscription);
        Assert.Equal((JoinErrors.Left, 2), (left.Error, _ended));
    }

    private Reply Subscribe(string channel)
    {
        var reply = new Reply();
        _relay.Subscribe(channel, new Subscription(_socket, Format.Instance), null, reply, 0);
        return reply;
    }

    private sealed class Socket : ISubscriber
    {
        public bool HasRoom => true;

        public bool Write(WireMessage message) => true;

        public void WhenRoom(Action then) => then();

        public void End(EndReason reason)
        {
        }
    }

    private sealed class Reply : JoinReply
    {
        public bool IsJoined { get; private set; }

        public string? Error { get; private set; }

        public override void Joined(ISubscriber subscriber, Position position, bool recovered) => IsJoined = true;

        public override void Failed(ISubscriber subscriber, string error) => Error = error;
    }

    private sealed class Format : WireFormat
    {
        public static readonly Format Instance = new();

        public override WireMessage Encode(Notification notification) => WireMessage.Text(notification.Payload);
    }
}
