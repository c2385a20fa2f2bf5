using System.Security.Cryptography;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using Notify.Broker.AkkaInternals;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Metrics;
using Notify.Broker.Queries;
using Notify.Broker.Recovery;
using Notify.Broker.Relays;
using Notify.Broker.Revocations;
using Notify.Broker.Sending;
using Notify.Broker.Trails;

namespace Notify.Broker;

/// <summary>Provides the parts of a running node to the endpoints.</summary>
/// <param name="options">The limits and timeouts.</param>
/// <param name="store">The history store.</param>
/// <param name="metrics">The node's metrics.</param>
/// <param name="time">The clock.</param>
public sealed class BrokerNode(BrokerOptions options, IHistoryStore store, BrokerMetrics metrics, TimeProvider time) : IDisposable
{
    private ConnectionFactory? _connections;
    private Publisher? _publisher;
    private ChannelClient? _owners;
    private ChannelQueries? _queries;
    private InboxQueries? _inboxes;
    private OtherNodes? _others;
    private NodeQueries? _nodes;
    private RefusedSends? _refused;
    private RelayStripes? _stripes;

    /// <summary>Gets the history store.</summary>
    public IHistoryStore Store => store;

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Gets whether the actors run, so that connections can be opened and notifications published.</summary>
    public bool IsStarted => _publisher is not null;

    /// <summary>Gets the factory of connections.</summary>
    public ConnectionFactory Connections => _connections ?? throw NotStarted();

    /// <summary>Gets the publisher.</summary>
    public Publisher Publisher => _publisher ?? throw NotStarted();

    /// <summary>Gets the queries of backends.</summary>
    public ChannelQueries Queries => _queries ?? throw NotStarted();

    /// <summary>Gets the inboxes of users.</summary>
    public InboxQueries Inboxes => _inboxes ?? throw NotStarted();

    /// <summary>Gets the queries of operators about the nodes.</summary>
    public NodeQueries Nodes => _nodes ?? throw NotStarted();

    /// <summary>Gets the other nodes.</summary>
    public OtherNodes Others => _others ?? throw NotStarted();

    /// <summary>Gets the generator of socket ids.</summary>
    public SocketIds SocketIds { get; } = new((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1));

    /// <summary>Gets this node's sockets by their ids.</summary>
    public SocketDirectory Sockets { get; } = new();

    /// <summary>Gets the channels that this node owns.</summary>
    public LocalChannels Channels { get; } = new();

    /// <summary>Gets this node's view of the cluster.</summary>
    public Membership Membership { get; } = new();

    /// <summary>Gets the state of the other nodes.</summary>
    public PeerTable Peers { get; } = new();

    /// <summary>Gets the accounts of this node's relays.</summary>
    public LocalRelays LocalRelays { get; } = new();

    /// <summary>Gets the maximum number of channels that one connection may have joined.</summary>
    public int MaxJoins => options.MaxJoins;

    /// <summary>Returns whether a channel is an inbox.</summary>
    public bool IsInbox(string channel) => KindOf(channel) == ChannelKind.Inbox;

    /// <summary>Returns whether a text is the name of a channel with announcements.</summary>
    public bool IsAnnouncement(string text) =>
        ChannelName.TryCreate(text, out var name) && name == text && KindOf(name) == ChannelKind.Announcement;

    /// <summary>Returns what a channel is used for.</summary>
    public ChannelKind KindOf(string channel) => options.Channels.KindOf(channel);

    /// <summary>Gets the limits of this node's joins.</summary>
    public NodeJoins Joins { get; } = new(options.RelayStripes * options.MaxJoinsUnderWay, options.MaxSubscriptions);

    /// <summary>Gets what this node remembers of recent notifications.</summary>
    public Trail Trail { get; } = new(options.TrailMax, options.RelayStripes, time);

    /// <summary>Gets the node's metrics.</summary>
    public BrokerMetrics Metrics => metrics;

    /// <summary>Gets the probe of the channels; null before the start.</summary>
    public RegionProbe? Probe { get; private set; }

    /// <inheritdoc />
    public void Dispose()
    {
        Probe?.Dispose();
        _owners?.Dispose();
        _refused?.Dispose();
    }

    /// <summary>Waits until every notification that was answered before is in the send queues of this node's connections.</summary>
    /// <exception cref="AskTimeoutException">It is not within <paramref name="timeout"/>.</exception>
    public Task FlushAsync(TimeSpan timeout) => _stripes?.FlushAsync(timeout) ?? Task.CompletedTask;

    /// <summary>Returns the sockets of this node that have joined a channel.</summary>
    /// <exception cref="AskTimeoutException">The relay did not answer within <paramref name="timeout"/>.</exception>
    public Task<IReadOnlyList<ISubscriber>> SubscribersOfAsync(string channel, TimeSpan timeout) =>
        _stripes?.SubscribersOfAsync(channel, timeout) ?? throw NotStarted();

    /// <summary>Returns the positions of a connection in the channels that it has joined; null for one that is not known.</summary>
    public Task<IReadOnlyList<Position?>> PositionsOfAsync(
        IReadOnlyList<KeyValuePair<string, Subscription>> joined, TimeSpan timeout) =>
        _stripes?.PositionsOfAsync(joined, timeout) ?? throw NotStarted();

    internal async Task StartAsync(
        ActorSystem system,
        IActorRef channels,
        RecoverableSessions? sessions,
        RevocationCommands commands,
        RevokedTokens revocations,
        INodeReports? reports,
        ILogger logger)
    {
        var others = new OtherNodes(system, Membership);
        var stripes = new RelayStripes(options.RelayStripes);
        _stripes = stripes;
        var relays = system.ActorOf(
            ActorProps.From(() => new RelaysActor(stripes, channels, LocalRelays, Peers, Joins, options, Metrics, Trail, time)),
            RelaysActor.Name);
        var membership = system.ActorOf(
            ActorProps.From(() => new MembershipActor(Membership, options.Cluster, logger, address => Lose(address, relays), time)),
            MembershipActor.Name);
        system.ActorOf(
            ActorProps.From(() => new AntiEntropyActor(
                Akka.Cluster.Cluster.Get(system).SelfAddress,
                Peers,
                Membership,
                stripes,
                options,
                time,
                address => others.Find(address, AntiEntropyActor.Name),
                address => Lose(address, relays),
                metrics)),
            AntiEntropyActor.Name);
        system.ActorOf(ActorProps.From(() => new ShardWatch(channels, metrics.Cluster)), "shard-watch");
        system.ActorOf(ActorProps.From(() => new ChannelSweeper(Channels, options, time)), "sweeper");
        var rooms = new PrivateRooms(Sockets, Membership, Peers, time, address => others.Find(address, PrivateRoomsActor.Name));
        if (options.Cluster.IsClustered)
        {
            system.ActorOf(ActorProps.From(() => new PrivateRoomsActor(rooms)), PrivateRoomsActor.Name);
            system.ActorOf(ActorProps.From(() => new ChannelListActor(store)), ChannelListActor.Name);
            system.ActorOf(ActorProps.From(() => new RevocationsActor(commands, revocations)), RevocationsActor.Name);
            if (sessions is not null)
            {
                system.ActorOf(ActorProps.From(() => new SessionsActor(sessions, options.MaxFrame / 2)), SessionsActor.Name);
            }
        }

        if (reports is not null)
        {
            var self = options.Cluster.IsClustered ? options.Cluster.Self.ToString() : Environment.MachineName;
            _nodes = new NodeQueries(reports, others, self);
            system.ActorOf(ActorProps.From(() => new NodeReportsActor(reports)), NodeReportsActor.Name);
        }

        // The actors respond once they run. Before that a join would be lost, and the other nodes would be unknown.
        await relays.Ask<ActorIdentity>(new Identify(null), options.JoinTimeout);
        await membership.Ask<MembershipActor.Known>(MembershipActor.Known.Instance, options.JoinTimeout);
        _connections = ConnectionFactory.Start(system, stripes, options, Joins, Metrics);
        _others = others;
        _owners = new ChannelClient(system, channels, Channels, options.RetryInterval, time);
        _queries = new ChannelQueries(_owners, relays, store, others, options, time);
        var stored = store.IsDurable ? new StoredInboxes(store, options.Channels, metrics, time) : null;
        _inboxes = new InboxQueries(
            _owners, Channels, stored, options.Channels.SendTimeout, metrics.Inboxes, metrics.Limits, time);
        _refused = new RefusedSends(logger, time);
        _publisher = new Publisher(_owners, rooms, LocalRelays, Membership, _refused, options, time);
        metrics.Actors.ObserveFailures((kind, cause) => ActorLog.Failed(logger, cause, kind));
        Probe = new RegionProbe(channels, options.Cluster.Self.ToString(), time);
        Observe();
    }

    private void Observe()
    {
        metrics.Joins.ObserveChannels(() => (Channels.Count, LocalRelays.Channels));
        metrics.Joins.ObserveSubscriptions(() => Joins.Subscriptions);
        metrics.Inboxes.ObserveWatched(() => Channels.Entries.LongCount(static entry => entry.IsWatched));
        metrics.Relays.ObserveQueue(() => LocalRelays.LargestQueue);
        metrics.Store.ObserveMemory(() => Channels.Bytes);
        metrics.Cluster.ObserveMembers(() => Membership.Counts);
        metrics.Cluster.ObserveSent(() => Peers.Sent);
        metrics.Cluster.ObservePeers(() => Peers.Load);
        metrics.Actors.Observe(() => (Channels.Count, LocalRelays.Count));
    }

    // Removes the node's relays here, and joins the channels that it owned again.
    private void Lose(Address address, IActorRef relays)
    {
        foreach (var entry in Channels.Entries)
        {
            entry.Channel.Tell(new ChannelCommands.NodeLost(address));
        }

        if (Peers.Remove(address) is { } peer)
        {
            relays.Tell(new RelayCommands.OwnerLost(peer));
        }
    }

    private static InvalidOperationException NotStarted() => new("The node has not started.");
}
