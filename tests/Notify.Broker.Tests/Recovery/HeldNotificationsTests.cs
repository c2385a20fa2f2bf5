using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Recovery;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Broker.Tests.Recovery;

/// <summary>Tests a socket's send queue during the recovery of a session.</summary>
public sealed class HeldNotificationsTests
{
    private readonly SendQueue _outbox = new(10_000);
    private readonly DeliveryLog _log = new();
    private readonly List<EndReason> _ends = [];

    public HeldNotificationsTests()
    {
        _outbox.OnEndRequested(_ends.Add);
        _outbox.RecordIn(_log);
    }

    [Fact]
    public void Notifications_wait_for_the_answer_and_nothing_else_does()
    {
        _outbox.BufferNotifications();
        Write(1);
        _outbox.Write(Text("ping"));
        Write(2);
        Assert.Equal(["ping"], Taken());

        _outbox.ReleaseBuffered(Text("answer"));
        Write(3);

        Assert.Equal(["answer", "1", "2", "3"], Taken());
        Assert.Equal(0, _outbox.Charged);
    }

    [Fact]
    public void What_is_dropped_is_gone_and_costs_nothing()
    {
        _outbox.BufferNotifications();
        Write(1);
        Assert.True(_outbox.Charged > 0);

        _outbox.DropBuffered();
        Write(2);

        Assert.Equal(["2"], Taken());
        Assert.Equal(0, _outbox.Charged);
    }

    [Fact]
    public void What_waits_is_on_the_account_like_everything_else()
    {
        _outbox.BufferNotifications();
        for (var n = 1; _ends.Count == 0; n++)
        {
            Assert.True(n < 1000, "The queue has no end.");
            _outbox.Write(SocketMessages.Notification("1"u8, "c", "E", n));
        }

        Assert.Equal([EndReason.Slow], _ends);
        _outbox.ReleaseBuffered(Text("answer"));
        Assert.Empty(Taken());
    }

    [Fact]
    public void What_waits_is_not_said_after_a_good_bye()
    {
        _outbox.BufferNotifications();
        Write(1);

        _outbox.Complete(Text("bye"));
        _outbox.ReleaseBuffered(Text("answer"));

        Assert.Equal(["bye"], Taken());
    }

    [Fact]
    public void What_a_closed_queue_does_not_take_is_not_recorded()
    {
        var joined = _log.Join("c", hasPositions: false, out _)!;
        _log.Joined(joined, new Position("E", 0));
        Write(1);
        _outbox.Abort();
        Write(2);

        Assert.Null(_log.Rewind(new LastReceived.Position("c", "E", 2, IsAlone: true)));
        Assert.Equal(1, _log.Rewind(new LastReceived.Position("c", "E", 1, IsAlone: true))!["c"].Offset);
    }

    [Fact]
    public void A_join_that_the_end_of_its_connection_overtakes_stays_under_way()
    {
        var joined = _log.Join("c", hasPositions: false, out _)!;

        new LoggedReply(_log, "c", joined, reply: null).Failed(_outbox, JoinErrors.Left);

        Assert.Null(_log.Rewind(LastReceived.Nothing.Instance));
        Assert.Null(_log.Join("c", hasPositions: false, out _));
        Assert.Empty(_ends);
    }

    [Fact]
    public void A_join_that_fails_without_an_acknowledgement_to_say_so_ends_the_session()
    {
        var joined = _log.Join("c", hasPositions: false, out _)!;

        new LoggedReply(_log, "c", joined, reply: null).Failed(_outbox, JoinErrors.Unavailable);

        Assert.Equal([EndReason.Unavailable], _ends);
        Assert.NotNull(_log.Join("c", hasPositions: false, out _));
    }

    private static WireMessage Text(string text) => WireMessage.Text(System.Text.Encoding.UTF8.GetBytes(text));

    private void Write(int n) => _outbox.Write(SocketMessages.Notification("1"u8, "c", "E", n));

    private List<string> Taken()
    {
        var batch = new List<WireMessage>();
        _outbox.Release(_outbox.Dequeue(batch, 1 << 20, int.MaxValue));
        return batch.ConvertAll(
            message => message is PositionedNotification told ? $"{told.Offset}" : System.Text.Encoding.UTF8.GetString(message.Payload.Span));
    }
}
