using System.Diagnostics.Metrics;
using System.Globalization;
using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Transport;
using Notify.Broker.Metrics;
using Notify.Broker.Tests.Connections;

namespace Notify.Broker.Tests.Clustering;

/// <summary>Tests the messages between nodes on the network.</summary>
[Trait("Duration", "Long")]
public sealed class WireTests
{
    private const string LogReceived = "akka { loglevel = DEBUG, remote.log-received-messages = on }";

    // The adapter that loses messages identifies the other node by the address of an outgoing connection, so each node opens one of its
    // own.
    private const string LosesMessages = "akka.remote { use-passive-connections = off, notify.applied-adapters = [gremlin] }";

    [Fact]
    public async Task A_notification_crosses_once_to_each_node_with_subscribers_however_many_they_are()
    {
        var nodes = HostedNode.Create(3, hocon: LogReceived);
        await HostedNode.StartAsync(nodes);
        var sockets = new List<FakeTransport>();
        for (var i = 0; i < 30; i++)
        {
            sockets.Add(await nodes[i % 3].JoinAsync("c"));
        }

        var expected = Enumerable.Range(0, 50).Select(n => n.ToString(CultureInfo.InvariantCulture)).ToList();
        foreach (var text in expected)
        {
            await nodes[0].SendAsync("c", text);
        }

        foreach (var socket in sockets)
        {
            await HostedNode.UntilAsync(() => socket.Messages.Count() == expected.Count);
            Assert.Equal(expected, socket.Messages);
        }

        // The owner's node receives none. A relay that was slow for a moment reads some from the history; the log is written later.
        int[] Received() =>
            [.. nodes.Select(node => node.Log.Count(line => line.Contains("RemoteMessage: Deliver {", StringComparison.Ordinal))).Order()];
        await HostedNode.UntilAsync(() => Received()[1] > 0);
        Assert.Equal(0, Received()[0]);
        Assert.All(Received(), count => Assert.InRange(count, 0, expected.Count));
        await DisposeAsync(nodes);
    }

    [Fact]
    public async Task A_last_notification_that_the_network_loses_arrives_within_ten_seconds()
    {
        var nodes = HostedNode.Create(2, hocon: LosesMessages);
        await HostedNode.StartAsync(nodes);
        using var mended = new GapListener(nodes[1].Broker.Metrics);
        var (channel, socket) = await JoinRemoteAsync(nodes[0], nodes[1]);
        await nodes[0].SendAsync(channel, "first");
        await HostedNode.UntilAsync(() => socket.Messages.SequenceEqual(["first"]));

        var before = mended.Count;
        await LoseAsync(nodes, new FailureInjectorTransportAdapter.Drop(outboundDropP: 1, inboundDropP: 0));
        await nodes[0].SendAsync(channel, "last");
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        Assert.Equal(["first"], socket.Messages);
        await LoseAsync(nodes, FailureInjectorTransportAdapter.PassThru.Instance);

        await HostedNode.UntilAsync(() => socket.Messages.SequenceEqual(["first", "last"]));

        // The next exchange announced it. Ten seconds have two of them, for which a busy machine may need longer.
        Assert.InRange(new BrokerOptions().ExchangeInterval, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(before + 1, mended.Count);
        await DisposeAsync(nodes);
    }

    // Creates a channel of one node with a subscriber of another.
    private static async Task<(string Channel, FakeTransport Socket)> JoinRemoteAsync(HostedNode owner, HostedNode subscriber)
    {
        for (var n = 0; ; n++)
        {
            var channel = string.Create(CultureInfo.InvariantCulture, $"channel-{n}");
            var socket = await subscriber.JoinAsync(channel);
            if (owner.Broker.Channels.Entries.Any(entry => entry.Channel.Path.Name == "c" + channel))
            {
                return (channel, socket);
            }
        }
    }

    // Loses messages from the first node to the second.
    private static async Task LoseAsync(IReadOnlyList<HostedNode> nodes, FailureInjectorTransportAdapter.IGremlinMode mode)
    {
        var from = (IRemoteActorRefProvider)((ExtendedActorSystem)nodes[0].System).Provider;
        var to = ((ExtendedActorSystem)nodes[1].System).Provider.DefaultAddress;
        Assert.True(await from.Transport.ManagementCommand(new FailureInjectorTransportAdapter.One(to, mode)));
    }

    private static async Task DisposeAsync(IEnumerable<HostedNode> nodes)
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>Counts the gaps that a node's relays have filled from the history.</summary>
    private sealed class GapListener : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _count;

        public GapListener(BrokerMetrics node)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "notify.relay.gaps" && ReferenceEquals(instrument.Meter.Scope, node))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, measurement, _, _) => Interlocked.Add(ref _count, measurement));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
