using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol;

namespace Notify.Broker.Tests.Connections;

/// <summary>Tests what the trace of a connection remembers.</summary>
public sealed class ConnectionTraceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionTrace _trace;

    public ConnectionTraceTests()
    {
        _trace = new ConnectionTrace(_time);
    }

    [Fact]
    public void The_last_events_are_remembered_in_their_order()
    {
        for (var i = 0; i < ConnectionTrace.MaxEvents + 5; i++)
        {
            _trace.Left($"c{i}");
        }

        Assert.Equal(
            Enumerable.Range(5, ConnectionTrace.MaxEvents).Select(static i => $"c{i}"), _trace.Events.Select(static item => item.Channel));
    }

    [Fact]
    public void Each_event_says_what_happened()
    {
        _trace.Joined("a", new Position("e", 7), recovered: true);
        _trace.Joined("own", new Position("", 0), recovered: false);
        _trace.JoinRefused("b", JoinErrors.Forbidden);
        _trace.Left(channel: null);
        _trace.Refreshed(error: null);
        _trace.Refreshed("expired");
        _trace.Ended("client");
        _trace.Left("a");

        var at = _time.GetUtcNow();
        Assert.Equal(
            [
                new ConnectionEvent(at, "joined", "a", Position: new Position("e", 7), Recovered: true),
                new ConnectionEvent(at, "joined", "own", Recovered: false),
                new ConnectionEvent(at, "join_refused", "b", "forbidden"),
                new ConnectionEvent(at, "left"),
                new ConnectionEvent(at, "refreshed"),
                new ConnectionEvent(at, "refresh_refused", Code: "expired"),
                new ConnectionEvent(at, "ended", Code: "client"),
            ],
            _trace.Events);
    }

    [Fact]
    public void What_may_happen_all_the_time_is_counted()
    {
        _trace.Throttled("joins");
        _time.Advance(TimeSpan.FromSeconds(1));
        _trace.Throttled("joins");
        _trace.Throttled("messages");
        _trace.Slow();
        _trace.Slow();
        _trace.Throttled("joins");

        Assert.Equal(
            [("throttled", "joins", 2L), ("throttled", "messages", 1L), ("slow", null, 2L), ("throttled", "joins", 1L)],
            _trace.Events.Select(static item => (item.Kind, item.Code, item.Count)));
        Assert.Equal(_time.GetUtcNow(), _trace.Events[0].At);
    }

    [Fact]
    public void A_refused_name_takes_no_more_memory_than_a_channel()
    {
        _trace.JoinRefused(new string('x', 10_000), JoinErrors.BadChannel);

        Assert.Equal(ChannelName.MaxBytes, Assert.Single(_trace.Events).Channel!.Length);
    }

    [Fact]
    public void A_send_queue_is_slow_when_it_becomes_fuller_than_a_quarter()
    {
        var queue = new SendQueue(4000) { Trace = _trace };
        Write(queue, 900);
        Assert.Empty(_trace.Events);

        Write(queue, 900);
        Write(queue, 900);

        Assert.Equal(("slow", 1L), (Assert.Single(_trace.Events).Kind, _trace.Events[0].Count));
    }

    private static void Write(SendQueue queue, int size) => Assert.True(queue.Write(WireMessage.Text(new byte[size])));
}
