using Akka.Actor;
using Notify.Broker;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Benchmarks.Scale;

/// <summary>
/// Simulates a process: its relays, its channels and its state of the other nodes. It does what the actors do with the messages between
/// nodes; everything that decides or holds state is the broker's own.
/// </summary>
internal sealed class SimulatedNode
{
    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<int, Dictionary<string, OwnedChannel>> _shards = [];
    private readonly SimulatedRelay[] _relays;
    private readonly ChannelServices _services;
    private readonly IActorRef _publisher;

    public SimulatedNode(SimulatedCluster cluster, int index, BrokerOptions options)
    {
        _cluster = cluster;
        Index = index;
        Address = new Address("akka.ssl.tcp", "notify", $"10.0.{index / 250}.{1 + (index % 250)}", ClusterSettings.DefaultPort);
        AddressLength = Address.ToString().Length;
        _services = new ChannelServices(
            options, cluster.Store, new Membership(), new LocalChannels(), LocalRelays, Peers, cluster.Metrics, cluster.Time);
        _relays = [.. Enumerable.Range(0, options.RelayStripes).Select(_ => new SimulatedRelay(cluster, this, options))];
        _publisher = new SimulatedRef(
            new RootActorPath(Address) / "temp" / "a",
            message => cluster.Send(cluster.Current, this, (IClusterMessage)message, relay: null));
        AntiEntropy = new SimulatedAntiEntropy(cluster, this);
    }

    /// <summary>Gets its number in the cluster.</summary>
    public int Index { get; }

    /// <summary>Gets its address.</summary>
    public Address Address { get; }

    /// <summary>Gets the length of its address in messages.</summary>
    public int AddressLength { get; }

    /// <summary>Gets its state of the other nodes.</summary>
    public PeerTable Peers { get; } = new();

    /// <summary>Gets the accounts of its relays.</summary>
    public LocalRelays LocalRelays { get; } = new();

    /// <summary>Gets its comparison with the other nodes.</summary>
    public SimulatedAntiEntropy AntiEntropy { get; }

    /// <summary>Gets or sets whether it runs.</summary>
    public bool IsUp { get; set; } = true;

    /// <summary>Gets or sets whether it closes its connections, to stop.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Gets or sets whether it is cut off from the nodes for which this is not so.</summary>
    public bool IsCut { get; set; }

    /// <summary>Gets the number of channels that it owns.</summary>
    public int Owned => _shards.Values.Sum(shard => shard.Count);

    /// <summary>Gets its relays.</summary>
    public IReadOnlyList<SimulatedRelay> Relays => _relays;

    /// <summary>Returns its state of another node.</summary>
    public Peer PeerAt(SimulatedNode other) => Peers.At(other.Address);

    /// <summary>Returns the relay of a channel. The choice of the product differs in each process; this one is always the same.</summary>
    public SimulatedRelay RelayOf(string channel) =>
        _relays[(int)(new JoinKey(channel, default, 0).Hash() % (uint)_relays.Length)];

    /// <summary>Handles a message.</summary>
    public void Receive(Packet packet)
    {
        switch (packet.Message)
        {
            case IChannelMessage toChannel:
                ReceiveForChannel(toChannel, packet);
                break;
            case IRelayMessage toRelay:
                (packet.Relay ?? RelayOf(toRelay.Channel)).Receive(toRelay, packet.From);
                break;
            case Published published:
                _cluster.OnPublished(published);
                break;
            default:
                AntiEntropy.Receive(packet.Message, packet.From);
                break;
        }
    }

    /// <summary>Repeats what was not answered.</summary>
    public void Tick()
    {
        foreach (var relay in _relays)
        {
            relay.State.Tick(_cluster.Now);
        }
    }

    /// <summary>Stops the channels of a shard, which moves to another node.</summary>
    public void Stop(int shard)
    {
        if (_shards.Remove(shard, out var channels))
        {
            foreach (var channel in channels.Values)
            {
                channel.Relays.Stop();
            }
        }
    }

    /// <summary>Handles that another node is no longer a member, as <see cref="BrokerNode"/> does.</summary>
    public void Lose(SimulatedNode other)
    {
        foreach (var channel in _shards.Values.SelectMany(shard => shard.Values))
        {
            channel.Relays.RemoveNode(other.Address);
        }

        if (Peers.Remove(other.Address) is { } peer)
        {
            foreach (var relay in _relays)
            {
                _cluster.Rejoined += relay.State.OnOwnerLost(peer, _cluster.Now);
            }
        }
    }

    private void ReceiveForChannel(IChannelMessage message, Packet packet)
    {
        var shard = _cluster.Shards.Of(message);
        if (_cluster.Shards.Home(shard) != this)
        {
            // The shard has moved meanwhile.
            _cluster.ToOwner(this, message, packet.Relay, packet.Origin);
            return;
        }

        var channel = Find(shard, message.Channel);
        switch (message)
        {
            case Publish publish:
                if (!channel.Publishes.TryAnswer(publish, packet.Origin._publisher))
                {
                    channel.Publishes.Add(publish, packet.Origin._publisher);
                }

                break;
            case JoinChannel join:
                if (join.Known is { } known && channel.State.Has(known) is false)
                {
                    throw new InvalidOperationException($"{join.Channel} has lost its end, which this store never does.");
                }

                channel.Relays.Join(join, Seen(packet.Relay!));
                break;
            case LeaveChannel leave:
                channel.Relays.Leave(leave.Relay, leave.JoinNumber);
                break;
            case ReadHistory read when channel.State.MayRead(read):
                _ = ChannelReader.AnswerAsync(channel.Reader.ReadAsync(read), Seen(packet.Relay!));
                break;
        }
    }

    private IActorRef Seen(SimulatedRelay relay) => relay.Node == this ? relay.Local : relay.Remote;

    private OwnedChannel Find(int shard, string name)
    {
        if (!_shards.TryGetValue(shard, out var channels))
        {
            _shards.Add(shard, channels = new(StringComparer.Ordinal));
        }

        if (!channels.TryGetValue(name, out var channel))
        {
            var claim = _cluster.Store.ClaimAsync(name).Result;
            channel = new OwnedChannel(claim, _services, new MessageQueue(name, _services.Local), ActorRefs.Nobody);
            channels.Add(name, channel);
        }

        return channel;
    }
}
