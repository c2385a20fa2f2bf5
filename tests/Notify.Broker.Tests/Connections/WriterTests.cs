using Akka.Actor;
using Akka.TestKit.Xunit2;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
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
        var sendQueue = NewQueue();
        var transport = new FakeTransport();
        Write(sendQueue, "a", "b", "c");

        Start(sendQueue);
        sendQueue.Use(transport);

        await AwaitAssertAsync(() => Assert.Equal([["a", "b", "c"]], transport.Batches));
    }

    [Fact]
    public async Task A_writer_that_found_nothing_at_first_is_woken_by_the_first_message()
    {
        var sendQueue = NewQueue();
        var writer = CreateTestProbe();
        sendQueue.Attach(writer);
        await writer.ExpectMsgAsync<WriterActor.Flush>();

        Write(sendQueue, "1", "2");

        await writer.ExpectMsgAsync<WriterActor.Flush>();
        await writer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task What_queues_up_during_a_write_leaves_as_one_write()
    {
        var sendQueue = NewQueue();
        var transport = new FakeTransport(isOpen: false);
        sendQueue.Use(transport);
        Start(sendQueue);

        Write(sendQueue, "1");
        await AwaitAssertAsync(() => Assert.Single(transport.Batches));
        Write(sendQueue, "2", "3", "4");
        transport.Let();

        await AwaitAssertAsync(() => Assert.Equal([["1"], ["2", "3", "4"]], transport.Batches));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_observer_is_told_of_each_write(bool isImmediate)
    {
        var sendQueue = NewQueue();
        var transport = new FakeTransport(isImmediate);
        var observer = new CountingObserver();
        sendQueue.Use(transport);
        Start(sendQueue);

        sendQueue.Write(Observed(observer));
        if (!isImmediate)
        {
            await AwaitAssertAsync(() => Assert.Single(transport.Batches));
            Assert.Equal((0, 0), observer.Counts);
            transport.Let();
        }

        await AwaitAssertAsync(() => Assert.Equal((1, 0), observer.Counts));
        await AwaitAssertAsync(() => Assert.NotEqual(0, sendQueue.WrittenAt));
    }

    [Theory]
    [InlineData("aborted")]
    [InlineData("full")]
    [InlineData("held")]
    [InlineData("broken")]
    public async Task An_observer_is_told_of_each_message_that_is_not_written(string how)
    {
        var sendQueue = NewQueue();
        sendQueue.OnEndRequested(_ends.Add);
        var observer = new CountingObserver();
        if (how == "held")
        {
            sendQueue.Hold();
        }

        if (how == "broken")
        {
            sendQueue.Use(new FakeTransport { Failure = new IOException("The connection broke.") });
            Start(sendQueue);
        }

        sendQueue.Write(Observed(observer));
        if (how == "full")
        {
            sendQueue.Write(WireMessage.Text(new byte[1 << 20]));
        }
        else if (how != "broken")
        {
            sendQueue.Abort();
        }

        await AwaitAssertAsync(() => Assert.Equal((0, 1), observer.Counts));
    }

    [Fact]
    public async Task Held_messages_are_written_in_order_and_only_after_their_release()
    {
        var sendQueue = NewQueue();
        var writer = CreateTestProbe();
        sendQueue.Attach(writer);
        await writer.ExpectMsgAsync<WriterActor.Flush>();

        sendQueue.Hold();
        Write(sendQueue, "1", "2");
        Assert.False(sendQueue.HasQueued);
        sendQueue.ReleaseHeld();
        Write(sendQueue, "3");

        await writer.ExpectMsgAsync<WriterActor.Flush>();
        await writer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal(["1", "2", "3"], Queued(sendQueue));
    }

    [Fact]
    public void Held_messages_precede_the_last_one_and_are_dropped_with_the_queue()
    {
        var (completed, aborted) = (NewQueue(), NewQueue());
        completed.Hold();
        aborted.Hold();
        Write(completed, "1");
        Write(aborted, "1");

        completed.Complete(Message("last"));
        aborted.Abort();
        completed.ReleaseHeld();
        aborted.ReleaseHeld();

        Assert.Equal(["1", "last"], Queued(completed));
        Assert.Empty(Queued(aborted));
    }

    [Fact]
    public async Task A_poll_takes_one_batch_and_the_rest_waits_for_the_next()
    {
        var sendQueue = NewQueue();
        Start(sendQueue);
        var first = new FakeTransport(isSingleUse: true);
        var second = new FakeTransport(isSingleUse: true);
        Write(sendQueue, [.. Enumerable.Range(0, 20).Select(i => $"{i}")]);

        sendQueue.Use(first);
        await AwaitAssertAsync(() => Assert.Equal(16, first.Messages.Count()));
        sendQueue.Use(second);

        await AwaitAssertAsync(() => Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), first.Messages.Concat(second.Messages)));
    }

    [Fact]
    public async Task A_poll_that_somebody_else_ended_loses_nothing()
    {
        var sendQueue = NewQueue();
        Start(sendQueue);
        var ended = new FakeTransport(isSingleUse: true);
        ended.TryAcquire();
        sendQueue.Use(ended);
        Write(sendQueue, "kept");

        var next = new FakeTransport(isSingleUse: true);
        sendQueue.Use(next);

        await AwaitAssertAsync(() => Assert.Equal(["kept"], next.Messages));
        Assert.Empty(ended.Messages);
    }

    [Fact]
    public async Task A_new_transport_takes_over_what_the_old_one_had_not_taken()
    {
        var sendQueue = NewQueue();
        Start(sendQueue);
        Write(sendQueue, "a", "b");
        var socket = new FakeTransport();
        sendQueue.Use(socket);
        Write(sendQueue, "c");

        await AwaitAssertAsync(() => Assert.Equal(["a", "b", "c"], socket.Messages));
    }

    [Fact]
    public async Task The_account_is_given_back_when_the_transport_has_written()
    {
        var sendQueue = NewQueue();
        var transport = new FakeTransport(isOpen: false);
        sendQueue.Use(transport);
        Start(sendQueue);

        Write(sendQueue, "12345");
        await AwaitAssertAsync(() => Assert.Single(transport.Batches));
        Assert.Equal(5 + Notify.Broker.Connections.SendQueue.MessageOverhead, sendQueue.Charged);
        transport.Let();

        await AwaitAssertAsync(() => Assert.Equal(0, sendQueue.Charged));
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_ended_as_slow_when_its_account_is_full()
    {
        var sendQueue = NewQueue(capacity: 1000);
        var transport = new FakeTransport(isOpen: false);
        sendQueue.Use(transport);
        Start(sendQueue);

        var written = 0;
        while (sendQueue.Write(Message(new string('x', 100))))
        {
            written++;
            Assert.True(written < 100, "The account has no bound.");
        }

        Assert.Equal([EndReason.Slow], _ends);
        Assert.True(sendQueue.IsClosed);
        Assert.False(sendQueue.Write(Message("more")));
        sendQueue.Abort();
        transport.Let();
        await AwaitAssertAsync(() => Assert.True(transport.IsAborted));
    }

    [Fact]
    public async Task What_ends_a_full_account_in_order_is_written_as_soon_as_the_client_reads_again()
    {
        var sendQueue = NewQueue(capacity: 1000);
        var transport = new FakeTransport(isOpen: false);
        sendQueue.Use(transport);
        Start(sendQueue);
        Write(sendQueue, "1");
        await AwaitAssertAsync(() => Assert.Single(transport.Batches));
        while (sendQueue.Write(Message("dropped")))
        {
        }

        Assert.True(sendQueue.Complete(Message("bye")));
        Assert.False(sendQueue.Complete(Message("twice")));
        transport.Let();
        transport.Let();

        await AwaitAssertAsync(() => Assert.True(transport.IsCompleted));
        Assert.Equal(["1", "bye"], transport.Messages);
        Assert.Equal([EndReason.Slow], _ends);
    }

    [Fact]
    public async Task One_message_larger_than_the_account_passes_when_nothing_waits()
    {
        var sendQueue = NewQueue(capacity: 100);
        var transport = new FakeTransport();
        sendQueue.Use(transport);
        Start(sendQueue);

        Assert.True(sendQueue.Write(Message(new string('x', 5000))));

        await AwaitAssertAsync(() => Assert.Single(transport.Messages));
    }

    [Fact]
    public async Task The_last_messages_are_written_before_the_transport_ends()
    {
        var sendQueue = NewQueue();
        var transport = new FakeTransport(isOpen: false);
        sendQueue.Use(transport);
        Start(sendQueue);
        Write(sendQueue, "1");
        Write(sendQueue, "2");

        sendQueue.Complete(Message("bye"));
        Assert.False(sendQueue.Write(Message("late")));
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
        var sendQueue = NewQueue();
        var connection = Start(sendQueue);
        Watch(connection);
        sendQueue.Use(new FakeTransport { Failure = new IOException("broken pipe") });

        Write(sendQueue, "1");

        await AwaitAssertAsync(() => Assert.Contains(EndReason.TransportError, _ends));
        connection.Tell(ConnectionCommands.Ended.Instance);
        await ExpectTerminatedAsync(connection);
    }

    [Fact]
    public async Task A_writer_that_fails_ends_the_session_and_its_connection()
    {
        var sendQueue = NewQueue();
        var connection = Start(sendQueue);
        Watch(connection);
        var transport = new FakeTransport { IsFaulty = true };
        sendQueue.Use(transport);

        Write(sendQueue, "1");

        await ExpectTerminatedAsync(connection);
        Assert.Contains(EndReason.Restart, _ends);
        Assert.True(transport.IsAborted);
    }

    [Fact]
    public async Task A_session_that_ended_stops_its_actors_once_the_queue_is_written()
    {
        var sendQueue = NewQueue();
        var connection = Start(sendQueue);
        Watch(connection);
        var transport = new FakeTransport();
        Write(sendQueue, "last");

        connection.Tell(ConnectionCommands.Ended.Instance);
        sendQueue.Complete();
        sendQueue.Use(transport);

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

    private static void Write(SendQueue sendQueue, params string[] texts)
    {
        foreach (var text in texts)
        {
            Assert.True(sendQueue.Write(Message(text)));
        }
    }

    private static IEnumerable<string> Queued(SendQueue sendQueue)
    {
        var batch = new List<WireMessage>();
        sendQueue.Dequeue(batch, maxBytes: 1000, maxMessages: 10);
        return batch.Select(message => System.Text.Encoding.UTF8.GetString(message.Payload.Span));
    }

    private SendQueue NewQueue(int capacity = 1 << 20)
    {
        var sendQueue = new SendQueue(capacity);
        sendQueue.OnEndRequested(reason =>
        {
            lock (_ends)
            {
                _ends.Add(reason);
            }
        });
        return sendQueue;
    }

    private IActorRef Start(SendQueue sendQueue) =>
        Sys.ActorOf(Props.Create(() =>
            new ConnectionActor(sendQueue, new RelayStripes(1), 10, new NodeJoins(1000, long.MaxValue), _metrics)));

    private static WireMessage Observed(IWriteObserver observer)
    {
        var message = WireMessage.Text("a"u8.ToArray());
        message.Observer = observer;
        return message;
    }
}
