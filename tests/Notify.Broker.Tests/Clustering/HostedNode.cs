using System.Diagnostics;
using System.Text;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Broker.History;
using Notify.Broker.Revocations;
using Notify.Broker.Tests.Connections;
using Notify.Browser.Tests;
using Notify.Protocol;

namespace Notify.Broker.Tests.Clustering;

/// <summary>
/// Runs a whole node, without its endpoints, as one of several in this process: real cluster, real remoting, memory store.
/// </summary>
internal sealed class HostedNode : IAsyncDisposable
{
    // No test of these nodes is about how fast a failure is detected, and a busy machine may stop this process for seconds.
    private const string Tuning = """
        akka.cluster {
          seed-node-timeout = 1s
          failure-detector.acceptable-heartbeat-pause = 30s
          sharding { retry-interval = 200ms, distributed-data.majority-min-cap = 2 }
        }
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly LogCapture _log = new();
    private readonly IHost _host;
    private readonly LastingPort _port;

    private HostedNode(
        IReadOnlyList<NodeAddress> seeds,
        LastingPort port,
        NodeIdentity identity,
        int shards,
        string hocon,
        bool hasTokens,
        TimeProvider? time,
        IHistoryStore? store,
        ChannelOptions? channels)
    {
        _port = port;
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.ClearProviders().AddProvider(_log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton(store ?? new MemoryStore());
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton(identity);
        builder.Services.AddBroker(
            new BrokerOptions
            {
                RelayStripes = 2,

                // A channel that stops because a test is slow would be one more event.
                IdleTimeout = TimeSpan.FromHours(1),
                JoinTimeout = Limit,
                Channels = (channels ?? new()) with { SendTimeout = Limit },
                ShardCount = shards,
                Cluster = new ClusterSettings { Seeds = seeds, Host = "127.0.0.1", Port = port.Number },
            },
            hocon + "\n" + Tuning,
            hasTokens);
        _host = builder.Build();
        Broker = _host.Services.GetRequiredService<BrokerNode>();
    }

    public BrokerNode Broker { get; }

    public RevokedTokens Revocations => _host.Services.GetRequiredService<RevokedTokens>();

    public RevocationCommands RevocationCommands => _host.Services.GetRequiredService<RevocationCommands>();

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    public IReadOnlyCollection<string> Log => _log.Lines;

    /// <summary>Creates nodes that are not started yet, all of them seeds.</summary>
    /// <param name="count">The number of nodes.</param>
    /// <param name="shards">Returns the number of shards of a node.</param>
    /// <param name="hocon">Additional Akka settings.</param>
    /// <param name="hasTokens">Returns whether a node has keys for tokens.</param>
    /// <param name="time">The clock of revocations.</param>
    /// <param name="store">The store; null for the memory of each node.</param>
    /// <param name="channels">The options of channels.</param>
    public static IReadOnlyList<HostedNode> Create(
        int count,
        Func<int, int>? shards = null,
        string hocon = "",
        Func<int, bool>? hasTokens = null,
        TimeProvider? time = null,
        IHistoryStore? store = null,
        ChannelOptions? channels = null)
    {
        var identity = NodeIdentity.FromSecret("the secret of this cluster");
        var ports = Enumerable.Range(0, count).Select(_ => LastingPort.Reserve()).ToList();
        var seeds = ports.Select(port => new NodeAddress("127.0.0.1", port.Number)).ToList();
        return [.. ports.Select((port, i) => new HostedNode(
            seeds, port, identity, shards?.Invoke(i) ?? 100, hocon, hasTokens?.Invoke(i) ?? true, time, store, channels))];
    }

    /// <summary>Starts nodes, and waits until all of them reach each other.</summary>
    public static async Task StartAsync(IReadOnlyList<HostedNode> nodes)
    {
        await Task.WhenAll(nodes.Select(node => node.StartAsync()));
        await UntilAsync(() => nodes.All(node => node.Broker.Membership.HasQuorum && node.Broker.Membership.Nodes.Count == nodes.Count));
    }

    public Task StartAsync() => _host.StartAsync();

    /// <summary>Waits for a condition, long enough for a busy machine.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        for (var began = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(20))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Limit, "The condition is not met.");
        }
    }

    /// <summary>Publishes a text, and returns when it is accepted.</summary>
    public Task SendAsync(string channel, string text) => Broker.Publisher.SendAsync([channel], Encoding.UTF8.GetBytes(text));

    /// <summary>Creates a socket that has joined a channel. It receives the texts.</summary>
    public async Task<FakeTransport> JoinAsync(string channel)
    {
        var transport = new FakeTransport();
        var sendQueue = new SendQueue(1 << 20);
        var connection = await Broker.Connections.OpenAsync(sendQueue);
        sendQueue.Use(transport);
        var joined = new Joining();
        var gate = new CommandGate(1);
        gate.Enter();
        connection.Tell(new ConnectionCommands.Join(channel, Text.Instance, joined, gate));
        await joined.Task.WaitAsync(Limit);
        return transport;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _host.StopAsync();
        }
        finally
        {
            _host.Dispose();
            _port.Dispose();
        }
    }

    private sealed class Text : WireFormat
    {
        public static readonly Text Instance = new();

        public override WireMessage Encode(Notification notification) => WireMessage.Text(notification.Payload);
    }

    private sealed class Joining : JoinReply
    {
        private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _joined.Task;

        public override void Joined(ISubscriber subscriber, Position position, bool recovered) => _joined.SetResult();

        public override void Failed(ISubscriber subscriber, string error) => _joined.SetException(new InvalidOperationException(error));
    }
}
