using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Connections;
using Notify.Server.Operators;

namespace Notify.Server.Tests.Operators;

/// <summary>Tests how long connections are traced, and how many.</summary>
public sealed class ConnectionTracesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionTraces _traces;

    public ConnectionTracesTests()
    {
        _traces = new ConnectionTraces(_time);
    }

    public void Dispose() => _traces.Dispose();

    [Fact]
    public void A_trace_is_freed_ten_minutes_after_it_was_last_asked_for()
    {
        var queue = new SendQueue(1000);
        Assert.Null(queue.Trace);
        Assert.True(_traces.TryTrace(Describe("a"), queue));
        var trace = queue.Trace;
        _time.Advance(ConnectionTraces.Lease / 2);
        Assert.True(_traces.TryTrace(Describe("a"), queue));
        Assert.Same(trace, queue.Trace);
        _time.Advance(ConnectionTraces.Lease - TimeSpan.FromSeconds(1));
        Assert.Equal((1, true), (_traces.Count, queue.Trace is not null));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((0, false), (_traces.Count, queue.Trace is not null));
        Assert.Null(_traces.Find("a", open: null));
        Assert.False(_traces.TryRenew("a"));
    }

    [Fact]
    public void A_question_without_trace_does_not_renew()
    {
        var queue = new SendQueue(1000);
        _traces.TryTrace(Describe("a"), queue);
        _time.Advance(ConnectionTraces.Lease / 2);
        Assert.Equal(_time.GetUtcNow() + (ConnectionTraces.Lease / 2), _traces.Find("a", Describe("a"))!.Value.Trace.Until);

        _time.Advance(ConnectionTraces.Lease / 2);

        Assert.Null(queue.Trace);
    }

    [Fact]
    public void A_node_traces_a_limited_number_of_connections()
    {
        for (var i = 0; i < ConnectionTraces.MaxTraces; i++)
        {
            Assert.True(_traces.TryTrace(Describe($"c{i}"), new SendQueue(1000)));
        }

        var queue = new SendQueue(1000);
        Assert.False(_traces.TryTrace(Describe("one more"), queue));
        Assert.Null(queue.Trace);
        Assert.True(_traces.TryTrace(Describe("c7"), new SendQueue(1000)));

        _time.Advance(ConnectionTraces.Lease);
        Assert.True(_traces.TryTrace(Describe("one more"), queue));
        Assert.NotNull(queue.Trace);
    }

    private ConnectionInfo Describe(string id) => new()
    {
        Connection = id,
        Node = "n",
        Protocol = "plain",
        Transport = "websocket",
        OpenedAt = _time.GetUtcNow(),
        Channels = 0,
        Queued = 0,
    };
}
