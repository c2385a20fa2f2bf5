using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Recovery;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Broker.Tests.Recovery;

/// <summary>Tests a socket's send queue during the recovery of a session.</summary>
public sealed class BufferedNotificationsTests
{
    private readonly SendQueue _sendQueue = new(10_000);
    private readonly DeliveryLog _log = new();
    private readonly List<EndReason> _ends = [];

    public BufferedNotificationsTests()
    {
        _sendQueue.OnEndRequested(_ends.Add);
        _sendQueue.Use(new RecoveryInterceptor(_log));
    }

    [Fact]
    public void Notifications_wait_for_the_answer_and_nothing_else_does()
    {
        _sendQueue.Use(new RecoveryInterceptor(_log, isBuffering: true));
        Write(1);
        _sendQueue.Write(Text("ping"));
        Write(2);
        Assert.Equal(["ping"], Taken());

        _sendQueue.ReleaseBuffered(Text("answer"));
        Write(3);

        Assert.Equal(["answer", "1", "2", "3"], Taken());
        Assert.Equal(0, _sendQueue.Charged);
    }

    [Fact]
    public void What_is_dropped_is_gone_and_costs_nothing()
    {
        _sendQueue.Use(new RecoveryInterceptor(_log, isBuffering: true));
        Write(1);
        Assert.True(_sendQueue.Charged > 0);

        _sendQueue.DropBuffered();
        Write(2);

        Assert.Equal(["2"], Taken());
        Assert.Equal(0, _sendQueue.Charged);
    }

    [Fact]
    public void What_waits_is_on_the_account_like_everything_else()
    {
        _sendQueue.Use(new RecoveryInterceptor(_log, isBuffering: true));
        for (var n = 1; _ends.Count == 0; n++)
        {
            Assert.True(n < 1000, "The queue has no end.");
            _sendQueue.Write(SocketMessages.Notification("1"u8, "c", "E", n));
        }

        Assert.Equal([EndReason.Slow], _ends);
        _sendQueue.ReleaseBuffered(Text("answer"));
        Assert.Empty(Taken());
    }

    [Fact]
    public void What_waits_is_not_said_after_a_good_bye()
    {
        _sendQueue.Use(new RecoveryInterceptor(_log, isBuffering: true));
        Write(1);

        _sendQueue.Complete(Text("bye"));
        _sendQueue.ReleaseBuffered(Text("answer"));

        Assert.Equal(["bye"], Taken());
    }

    [Fact]
    public void What_a_closed_queue_does_not_take_is_not_recorded()
    {
        var joined = _log.Join("c", hasPositions: false, out _)!;
        _log.Joined(joined, new Position("E", 0));
        Write(1);
        _sendQueue.Abort();
        Write(2);

        Assert.Null(_log.Rewind(new LastReceived.Position("c", "E", 2, IsAlone: true)));
        Assert.Equal(1, _log.Rewind(new LastReceived.Position("c", "E", 1, IsAlone: true))!["c"].Offset);
    }

    [Fact]
    public void A_join_that_the_end_of_its_connection_overtakes_stays_under_way()
    {
        var joined = _log.Join("c", hasPositions: false, out _)!;

        new LoggedReply(_log, "c", joined, reply: null).Failed(_sendQueue, JoinErrors.Left);

        Assert.Null(_log.Rewind(LastReceived.Nothing.Instance));
        Assert.Null(_log.Join("c", hasPositions: false, out _));
        Assert.Empty(_ends);
    }

    [Fact]
    public void A_join_that_fails_without_an_acknowledgement_to_say_so_ends_the_session()
    {
        var joined = _log.Join("c", hasPositions: false, out _)!;

        new LoggedReply(_log, "c", joined, reply: null).Failed(_sendQueue, JoinErrors.Unavailable);

        Assert.Equal([EndReason.Unavailable], _ends);
        Assert.NotNull(_log.Join("c", hasPositions: false, out _));
    }

    private static WireMessage Text(string text) => WireMessage.Text(System.Text.Encoding.UTF8.GetBytes(text));

    private void Write(int n) => _sendQueue.Write(SocketMessages.Notification("1"u8, "c", "E", n));

    private List<string> Taken()
    {
        var batch = new List<WireMessage>();
        _sendQueue.Release(_sendQueue.Dequeue(batch, 1 << 20, int.MaxValue));
        return batch.ConvertAll(message =>
            message is PositionedNotification told ? $"{told.Offset}" : System.Text.Encoding.UTF8.GetString(message.Payload.Span));
    }
}
