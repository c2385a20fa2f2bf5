using System.Globalization;
using Akka.Actor;
using Notify.Broker;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Protocol;

namespace Notify.Benchmarks.Scale;

/// <summary>Holds the memory of the broker's states, measured over many of them, in bytes.</summary>
internal sealed record MemoryCost
{
    /// <summary>Gets the memory of a channel at its owner, without history and without its actor.</summary>
    public required double Owner { get; init; }

    /// <summary>Gets the memory of a channel at the relay, with one subscription.</summary>
    public required double Relay { get; init; }

    /// <summary>Gets the memory of the state of another node, without joins.</summary>
    public required double Peer { get; init; }

    /// <summary>Measures it.</summary>
    public static MemoryCost Measure()
    {
        const int Count = 50_000;
        var names = Enumerable.Range(0, Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"user:{10_000_000 + i}")).ToArray();
        return new MemoryCost { Owner = MeasureOwner(names), Relay = MeasureRelay(names), Peer = MeasurePeer() };
    }

    private static double MeasureOwner(string[] names)
    {
        var store = new SimulatedStore();
        var local = new LocalChannels();
        var services = new ChannelServices(
            new BrokerOptions(),
            store,
            new Membership(),
            local,
            new LocalRelays(),
            new PeerTable(),
            new BrokerMetrics(),
            TimeProvider.System);
        var relay = new SimulatedRef(new RootActorPath(new Address("akka", "notify")) / "a", _ => { });
        var claims = names.Select(name => store.ClaimAsync(name).Result).ToArray();
        return Measure(names.Length, i =>
        {
            local.Add(new ChannelEntry(names[i], ActorRefs.Nobody));
            var channel = new OwnedChannel(claims[i], services, new MessageQueue(names[i], local), ActorRefs.Nobody);
            channel.Relays.Join(new JoinChannel(names[i], default, i), relay);
            return channel;
        });
    }

    private static double MeasureRelay(string[] names)
    {
        var options = new BrokerOptions();
        var id = default(RelayId);
        var state = new RelayState(
            id,
            new RelayLimits(options.RetryInterval, options.JoinTimeout, int.MaxValue),
            _ => { },
            (_, _) => { },
            () => { },
            _ => { },
            new DeliveryCounter());
        var subscriber = new Subscriber();
        var perChannel = Measure(names.Length, i =>
        {
            state.Subscribe(names[i], new Subscription(subscriber, Format.Instance), since: null, reply: null, now: 0);
            state.OnJoined(new ChannelJoined(names[i], id, i + 1, new Position("e", 0)), owner: null, now: 0);
            return null;
        });
        GC.KeepAlive(state);
        return perChannel;
    }

    private static double MeasurePeer()
    {
        var peers = new PeerTable();
        var perPeer = Measure(2_000, i => peers.At(new Address("akka.ssl.tcp", "notify", "node" + i, 4053)));
        GC.KeepAlive(peers);
        return perPeer;
    }

    private static double Measure(int count, Func<int, object?> create)
    {
        var created = new object?[count];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++)
        {
            created[i] = create(i);
        }

        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(created);
        return (after - before) / (double)count;
    }

    private sealed class Subscriber : ISubscriber
    {
        public bool HasRoom => true;

        public bool Write(WireMessage message) => true;

        public void WhenRoom(Action then) => then();

        public void End(EndReason reason) => throw new InvalidOperationException($"Ended: {reason}.");
    }

    private sealed class Format : WireFormat
    {
        public static readonly Format Instance = new();

        public override WireMessage Encode(Notification notification) => WireMessage.Text(notification.Payload);
    }
}
