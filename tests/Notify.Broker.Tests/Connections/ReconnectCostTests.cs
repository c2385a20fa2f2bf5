using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Protocol;

namespace Notify.Broker.Tests.Connections;

/// <summary>
/// Tests the cost of a client that connects, joins and leaves, by counting what its actors do. One thread runs all of them, so that the
/// counts are always the same. The duration is measured by the benchmarks.
/// </summary>
public sealed class ReconnectCostTests() : TestKit(Counted)
{
    private const int Clients = 100;

    private static readonly Config Counted = ConfigurationFactory.ParseString(
        $$"""
        akka.actor.provider = remote
        akka.remote.dot-netty.tcp { hostname = localhost, port = 0 }
        akka.actor.default-dispatcher.executor = "{{NameOf<CountingExecutor.Configurator>()}}"
        {{WriterExecutor.DispatcherId}} { type = Dispatcher, executor = "{{NameOf<CountingExecutor.Configurator>()}}" }
        {{SmallMailbox.Id}}.mailbox-type = "{{NameOf<CountingMailbox>()}}"
        """).WithFallback(TestTimeouts.Config);

    [Fact]
    public async Task A_client_that_connects_joins_and_leaves_costs_few_messages_turns_and_bytes()
    {
        var relays = new RelayStripes(1);
        var relay = CreateTestProbe();
        relays.Set(0, relay);
        var connections = ConnectionFactory.Start(
            Sys, relays, new BrokerOptions(), new NodeJoins(1000, long.MaxValue), new BrokerMetrics());
        await ConnectAsync(connections, relay);

        var before = await CountAsync();
        await ConnectAsync(connections, relay);
        var after = await CountAsync();

        Assert.Equal(
            [
                "AwaitWriter 1", "Drained 1", "Ended 1", "Flush 4", "Join 1", "Stopped 1", "UseTransport 1",
            ],
            after.Messages.Select(entry => $"{entry.Key} {(double)(entry.Value - before.Messages[entry.Key]) / Clients}").Order());
        Assert.Equal(13 * Clients, after.Turns - before.Turns);
        Assert.InRange((after.Bytes - before.Bytes) / Clients, 0, 15_500);
    }

    [Fact]
    public void The_deployment_of_a_connection_and_of_its_writer_is_not_merged_with_another()
    {
        ConnectionFactory.Start(
            Sys, new RelayStripes(1), new BrokerOptions(), new NodeJoins(1000, long.MaxValue), new BrokerMetrics());

        var deployer = ((ExtendedActorSystem)Sys).Provider.Deployer;
        foreach (var path in new[] { "connections-0/$a", "connections-63/$b", "connections-0/$a/$c" })
        {
            var deploy = deployer.Lookup(path.Split('/'));
            Assert.IsType<UnmergedDeploy>(deploy);
            Assert.Same(deploy, deploy.WithFallback(Deploy.None));
        }
    }

    private static async Task<(Dictionary<string, int> Messages, int Turns, long Bytes)> CountAsync()
    {
        Dictionary<string, int> messages = [];
        var (turns, bytes) = (0, 0L);
        await CountingExecutor.RunAsync(() =>
        {
            messages = new(CountingMailbox.Messages);
            (turns, bytes) = (CountingExecutor.Turns, GC.GetAllocatedBytesForCurrentThread());
        });
        return (messages, turns, bytes);
    }

    private static async Task ConnectAsync(ConnectionFactory connections, TestProbe relay)
    {
        for (var i = 0; i < Clients; i++)
        {
            var sendQueue = new SendQueue(1 << 20);
            Task<IActorRef>? opened = null;
            await CountingExecutor.RunAsync(() => opened = connections.OpenAsync(sendQueue));
            var connection = await opened!;
            await CountingExecutor.RunAsync(() =>
            {
                sendQueue.Write(WireMessage.Text("open"u8.ToArray()));
                sendQueue.Use(NoTransport.Instance);
            });
            await CountingExecutor.RunAsync(() =>
                connection.Tell(new ConnectionCommands.Join("c", NoFormat.Instance, null, new CommandGate(1))));
            await relay.ExpectMsgAsync<RelayCommands.Subscribe>();
            await CountingExecutor.RunAsync(() => sendQueue.Write(WireMessage.Text("joined"u8.ToArray())));
            await CountingExecutor.RunAsync(() =>
            {
                sendQueue.Complete();
                connection.Tell(ConnectionCommands.Ended.Instance);
            });
            await relay.ExpectMsgAsync<RelayCommands.Unsubscribe>();
        }
    }

    private static string NameOf<T>() => $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}";

    private sealed class NoFormat : WireFormat
    {
        public static readonly NoFormat Instance = new();

        public override WireMessage Encode(Notification notification) => throw new NotSupportedException();
    }

    private sealed class NoTransport : ITransport
    {
        public static readonly NoTransport Instance = new();

        public int MaxMessages => int.MaxValue;

        public bool TryAcquire() => true;

        public ValueTask WriteAsync(IReadOnlyList<WireMessage> batch) => ValueTask.CompletedTask;

        public void Complete()
        {
        }

        public void Abort()
        {
        }
    }
}
