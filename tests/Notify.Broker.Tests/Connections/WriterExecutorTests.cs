using Akka.Actor;
using Akka.Dispatch;
using Akka.TestKit.Xunit2;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;

namespace Notify.Broker.Tests.Connections;

public sealed class WriterExecutorTests() : TestKit(TestTimeouts.Config)
{
    private const int Many = 5000;

    private readonly WriterExecutor _executor =
        (WriterExecutor)new WriterExecutor.Configurator(TestTimeouts.Config, null!).Produce("writers");

    [Fact]
    public async Task Everything_is_run_once_whoever_asks_for_it()
    {
        var runs = new int[4 * Many];
        using var done = new CountdownEvent(runs.Length);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(asker => Task.Run(() =>
        {
            for (var i = 0; i < Many; i++)
            {
                var own = (asker * Many) + i;
                _executor.Execute(new Run(() =>
                {
                    Interlocked.Increment(ref runs[own]);
                    done.Signal();
                }));
            }
        })));

        Assert.True(done.Wait(TimeSpan.FromSeconds(30)));
        Assert.All(runs, run => Assert.Equal(1, run));
    }

    [Fact]
    public void What_is_asked_for_by_a_run_is_run_too()
    {
        using var done = new CountdownEvent(Many);
        void Again()
        {
            if (!done.Signal())
            {
                _executor.Execute(new Run(Again));
            }
        }

        _executor.Execute(new Run(Again));

        Assert.True(done.Wait(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Writers_are_run_by_it()
    {
        var sendQueue = new SendQueue(1 << 20);
        var relays = new Notify.Broker.Relays.RelayStripes(1);
        Sys.ActorOf(
            Props.Create(() => new ConnectionActor(sendQueue, relays, 10, new NodeJoins(1000, long.MaxValue), new BrokerMetrics())),
            "connection");

        // The connection may not have created it yet.
        LocalActorRef? found = null;
        await AwaitAssertAsync(
            async () => found = (LocalActorRef)await Sys.ActorSelection("/user/connection/*").ResolveOne(TimeSpan.FromSeconds(3)),
            TimeSpan.FromSeconds(30));
        var writer = found!;

        Assert.Equal(WriterExecutor.DispatcherId, writer.Cell.Dispatcher!.Id);
        Assert.IsType<SmallMessageQueue>(writer.Cell.Mailbox!.MessageQueue);
    }

    private sealed class Run(Action action) : IRunnable
    {
        void IRunnable.Run() => action();

        void IThreadPoolWorkItem.Execute() => action();
    }
}
