using Akka.Actor;
using Akka.TestKit.Xunit2;
using Notify.Broker.Connections;
using Notify.Broker.Relays;
using Notify.Protocol;

namespace Notify.Broker.Tests.Connections;

public sealed class WriterTests() : TestKit(TestTimeouts.Config)
{
    private readonly BrokerMetrics _metrics = new();
    private readonly List<EndReason> _ends = [];

    [Fact]
    public async Task What_was_queued_before_there_was_a_writer_is_written_in_order_as_one_batch()
    {
        var outbox = Outbox();
        var transport = new FakeTransport();
        Write(outbox, "a", "b", "c");

        Start(outbox);
        outbox.Use(transport);

        await AwaitAssertAsync(() => Assert.Equal([["a", "b", "c"]], transport.Batches));
    }

    [Fact]
    public async Task A_writer_that_found_nothing_at_first_is_woken_by_the_first_message()
    {
        var outbox = Outbox();
        var writer = CreateTestProbe();
        outbox.Attach(writer);
        await writer.ExpectMsgAsync<WriterActor.Flush>();

        Write(outbox, "1", "2");

        await writer.ExpectMsgAsync<WriterActor.Flush>();
        await writer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task What_queues_up_during_a_write_leaves_as_one_write()
    {
        var outbox = Outbox();
        var transport = new FakeTransport(isOpen: false);
        outbox.Use(transport);
        Start(outbox);

        Write(outbox, "1");
        await AwaitAssertAsync(() => Assert.Single(transport.Batches));
        Write(outbox, "2", "3", "4");
        transport.Let();

        await AwaitAssertAsync(() => Assert.Equal([["1"], ["2", "3", "4"]], transport.Batches));
    }

    [Fact]
    public async Task A_poll_takes_one_batch_and_the_rest_waits_for_the_next()
    {
        var outbox = Outbox();
        Start(outbox);
        var first = new FakeTransport(isSingleUse: true);
        var second = new FakeTransport(isSingleUse: true);
        Write(outbox, [.. Enumerable.Range(0, 20).Select(i => $"{i}")]);

        outbox.Use(first);
        await AwaitAssertAsync(() => Assert.Equal(16, first.Messages.Count()));
        outbox.Use(second);

        await AwaitAssertAsync(() => Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), first.Messages.Concat(second.Messages)));
    }

    [Fact]
    public async Task A_poll_that_somebody_else_ended_loses_nothing()
    {
        var outbox = Outbox();
        Start(outbox);
        var ended = new FakeTransport(isSingleUse: true);
        ended.TryAcquire();
        outbox.Use(ended);
        Write(outbox, "kept");

        var next = new FakeTransport(isSingleUse: true);
        outbox.Use(next);

        await AwaitAssertAsync(() => Assert.Equal(["kept"], next.Messages));
        Assert.Empty(ended.Messages);
    }

    [Fact]
    public async Task A_new_transport_takes_over_what_the_old_one_had_not_taken()
    {
        var outbox = Outbox();
        Start(outbox);
        Write(outbox, "a", "b");
        var socket = new FakeTransport();
        outbox.Use(socket);
        Write(outbox, "c");

        await AwaitAssertAsync(() => Assert.Equal(["a", "b", "c"], socket.Messages));
    }

    [Fact]
    public async Task The_account_is_given_back_when_the_transport_has_written()
    {
        var outbox = Outbox();
        var transport = new FakeTransport(isOpen: false);
        outbox.Use(transport);
        Start(outbox);

        Write(outbox, "12345");
        await AwaitAssertAsync(() => Assert.Single(transport.Batches));
        Assert.Equal(5 + Notify.Broker.Connections.SendQueue.MessageOverhead, outbox.Charged);
        transport.Let();

        await AwaitAssertAsync(() => Assert.Equal(0, outbox.Charged));
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_ended_as_slow_when_its_account_is_full()
    {
        var outbox = Outbox(capacity: 1000);
        var transport = new FakeTransport(isOpen: false);
        outbox.Use(transport);
        Start(outbox);

        var written = 0;
        while (outbox.Write(Message(new string('x', 100))))
        {
            written++;
            Assert.True(written < 100, "The account has no bound.");
        }

        Assert.Equal([EndReason.Slow], _ends);
        Assert.True(outbox.IsClosed);
        Assert.False(outbox.Write(Message("more")));
        outbox.Abort();
        transport.Let();
        await AwaitAssertAsync(() => Assert.True(transport.IsAborted));
    }

    [Fact]
    public async Task What_ends_a_full_account_in_order_is_written_as_soon_as_the_client_reads_again()
    {
        var outbox = Outbox(capacity: 1000);
        var transport = new FakeTransport(isOpen: false);
        outbox.Use(transport);
        Start(outbox);
        Write(outbox, "1");
        await AwaitAssertAsync(() => Assert.Single(transport.Batches));
        while (outbox.Write(Message("dropped")))
        {
        }

        Assert.True(outbox.Complete(Message("bye")));
        Assert.False(outbox.Complete(Message("twice")));
        transport.Let();
        transport.Let();

        await AwaitAssertAsync(() => Assert.True(transport.IsCompleted));
        Assert.Equal(["1", "bye"], transport.Messages);
        Assert.Equal([EndReason.Slow], _ends);
    }

    [Fact]
    public async Task One_message_larger_than_the_account_passes_when_nothing_waits()
    {
        var outbox = Outbox(capacity: 100);
        var transport = new FakeTransport();
        outbox.Use(transport);
        Start(outbox);

        Assert.True(outbox.Write(Message(new string('x', 5000))));

        await AwaitAssertAsync(() => Assert.Single(transport.Messages));
    }

    [Fact]
    public async Task The_last_messages_are_written_before_the_transport_ends()
    {
        var outbox = Outbox();
        var transport = new FakeTransport(isOpen: false);
        outbox.Use(transport);
        Start(outbox);
        Write(outbox, "1");
        Write(outbox, "2");

        outbox.Complete(Message("bye"));
        Assert.False(outbox.Write(Message("late")));
        for (var i = 0; i < 3; i++)
        {
            transport.Let();
        }

        await AwaitAssertAsync(() => Assert.True(transport.IsCompleted));
        Assert.Equal(["1", "2", "bye"], transport.Messages);
    }

    [Fact]
    public async Task A_transport_that_breaks_ends_the_session_and_the_actors()
    {
        var outbox = Outbox();
        var connection = Start(outbox);
        Watch(connection);
        outbox.Use(new FakeTransport { Failure = new IOException("broken pipe") });

        Write(outbox, "1");

        await AwaitAssertAsync(() => Assert.Contains(EndReason.Restart, _ends));
        connection.Tell(ConnectionCommands.Ended.Instance);
        await ExpectTerminatedAsync(connection);
    }

    [Fact]
    public async Task A_writer_that_fails_ends_the_session_and_its_connection()
    {
        var outbox = Outbox();
        var connection = Start(outbox);
        Watch(connection);
        var transport = new FakeTransport { IsFaulty = true };
        outbox.Use(transport);

        Write(outbox, "1");

        await ExpectTerminatedAsync(connection);
        Assert.Contains(EndReason.Restart, _ends);
        Assert.True(transport.IsAborted);
    }

    [Fact]
    public async Task A_session_that_ended_stops_its_actors_once_the_queue_is_written()
    {
        var outbox = Outbox();
        var connection = Start(outbox);
        Watch(connection);
        var transport = new FakeTransport();
        Write(outbox, "last");

        connection.Tell(ConnectionCommands.Ended.Instance);
        outbox.Complete();
        outbox.Use(transport);

        await ExpectTerminatedAsync(connection);
        Assert.Equal(["last"], transport.Messages);
        Assert.True(transport.IsCompleted);
    }

    protected override void AfterAll()
    {
        _metrics.Dispose();
        base.AfterAll();
    }

    private static WireMessage Message(string text) => WireMessage.Text(System.Text.Encoding.UTF8.GetBytes(text));

    private static void Write(SendQueue outbox, params string[] texts)
    {
        foreach (var text in texts)
        {
            Assert.True(outbox.Write(Message(text)));
        }
    }

    private SendQueue Outbox(int capacity = 1 << 20)
    {
        var outbox = new SendQueue(capacity);
        outbox.OnEndRequested(reason =>
        {
            lock (_ends)
            {
                _ends.Add(reason);
            }
        });
        return outbox;
    }

    private IActorRef Start(SendQueue outbox) =>
        Sys.ActorOf(Props.Create(() => new ConnectionActor(outbox, new RelayStripes(1), 10, new NodeJoins(1000, long.MaxValue), _metrics)));
}
