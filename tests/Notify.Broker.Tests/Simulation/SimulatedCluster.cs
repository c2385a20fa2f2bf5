using System.Globalization;
using System.Text;
using Akka.Actor;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Protocol;

namespace Notify.Broker.Tests.Simulation;

/// <summary>
/// Simulates a cluster without actors, clocks or sockets: the real decisions of channels and relays, and a network that drops, delays,
/// duplicates and reorders messages as one seed determines. Every client checks each message as it arrives.
/// </summary>
internal sealed class SimulatedCluster
{
    private const long Retry = 1_000;
    private const long JoinTimeout = 10_000;
    private const int MaxInFlight = 400;

    private readonly Random _random;
    private readonly long _historyTtl;
    private readonly Store? _store;
    private readonly List<Append> _appends = [];
    private readonly List<Action> _rooms = [];
    private readonly Dictionary<string, Owner> _owners = [];
    private readonly List<Node> _nodes = [];
    private readonly HashSet<string> _homeless = [];
    private readonly List<Client> _clients = [];
    private readonly List<Packet> _network = [];
    private readonly List<PendingSend> _sends = [];
    private readonly string[] _names;
    private bool _faults = true;
    private long _now = 1;
    private int _epochs;
    private int _payloads;

    public SimulatedCluster(int seed, long historyTtl, bool isDurable, int channels = 3, int relays = 3)
    {
        _random = new Random(seed);
        _historyTtl = historyTtl;
        _store = isDurable ? new Store() : null;
        _names = [.. Enumerable.Range(0, channels).Select(i => $"channel-{i}")];
        for (var i = 0; i < relays; i++)
        {
            _nodes.Add(new Node(this));
        }
    }

    /// <summary>Gets the notifications that each epoch of each channel has ordered, against which clients are checked.</summary>
    public Dictionary<(string Channel, string Epoch, long Offset), string> Log { get; } = [];

    public int Delivered { get; private set; }

    public int Gaps { get; private set; }

    public int Resets { get; set; }

    public int Answered { get; private set; }

    public int Recoveries { get; set; }

    /// <summary>Gets the acknowledged publishes by their payload. With a store none of them may be lost.</summary>
    public Dictionary<string, (string Channel, Position Position)> Promises { get; } = [];

    /// <summary>Gets whether a socket has room at this moment.</summary>
    public bool HasRoom => !_faults || _random.Next(3) > 0;

    public void Run(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            Step();
        }

        Quiesce();
    }

    internal Relay RelayOf(int node) => _nodes[node].Relay;

    /// <summary>Runs an action when there is room later.</summary>
    internal void WhenRoom(Action then) => _rooms.Add(then);

    internal void CheckDelivered(string channel, Position position, string payload)
    {
        Delivered++;
        Assert.Equal(Log[(channel, position.Epoch, position.Offset)], payload);
    }

    private void Step()
    {
        _now += _random.Next(0, 20);
        switch (_random.Next(100))
        {
            case < 12:
                Publish(Pick(_names));
                break;
            case < 20:
                Connect();
                break;
            case < 27 when _clients.Count > 0:
                Pick(_clients).Join(Pick(_names), _random.Next(2) == 0, _random.Next(12) == 0 ? Since.Earliest.Instance : null);
                break;
            case < 30 when _clients.Count > 0:
                Pick(_clients).Leave(Pick(_names));
                break;
            case < 32 when _clients.Count > 6:
                ComeBack(Pick(_clients));
                break;
            case 32 when _random.Next(8) == 0:
                Stop(Pick(_names));
                break;
            case 33 when _random.Next(8) == 0:
                FailRelay(Pick(_nodes));
                break;
            case 35 when _random.Next(16) == 0:
                Crash(_random.Next(_nodes.Count));
                break;
            case 36:
                NoticeLoss();
                break;
            case 37 or 38:
                Exchange(Pick(_nodes), Pick(_nodes));
                break;
            case 34:
                _now += 500;
                Tick();
                break;
            case < 43:
                Keep();
                break;
            case 43 when _random.Next(4) == 0:
                _store?.Trim(Pick(_names), _random.Next(20));
                break;
            case 44 when _random.Next(8) == 0:
                // Another node believes that it is the owner.
                _store?.Claim(Pick(_names), NewEpoch());
                break;
            case < 49:
                MakeRoom();
                break;
            default:
                Transmit();
                break;
        }

        while (_appends.Count > MaxInFlight)
        {
            Keep();
        }

        while (_network.Count > MaxInFlight)
        {
            Transmit();
        }

        Reap();
    }

    /// <summary>Stops all faults, delivers everything under way, and checks that every joined client has received all of it.</summary>
    private void Quiesce()
    {
        _faults = false;
        NoticeLoss();
        foreach (var name in _names)
        {
            Publish(name);
        }

        for (var i = 0; i < 60 || _network.Count > 0; i++)
        {
            Assert.True(i < 2_000, "The network never became quiet.");
            for (var j = 0; _network.Count + _appends.Count + _rooms.Count > 0; j++)
            {
                Assert.True(
                    j < 100_000,
                    $"The same is said again and again: {string.Join(", ", _network.Take(5).Select(packet => packet.Message))}");
                Keep();
                MakeRoom();
                Transmit();
            }

            Reap();
            _now += 500;
            Tick();

            NoticeLoss();

            // The loss of the last message is detected although nothing follows it.
            foreach (var node in _nodes)
            {
                _nodes.ForEach(other => Exchange(node, other));
            }
        }

        Assert.Empty(_sends);
        foreach (var client in _clients)
        {
            foreach (var (channel, position) in client.Positions)
            {
                Assert.Equal(_owners[channel].State.Head, position);
            }
        }

        foreach (var node in _nodes)
        {
            Assert.Equal(0, node.Relay.State.Pending);
            Assert.All(_nodes, other => Assert.Empty(node.PeerAt(other).Mine.Digest().Differences(other.PeerAt(node).Theirs.Digest())));
        }

        foreach (var (name, owner) in _owners)
        {
            foreach (var subscription in owner.State.Relays)
            {
                var relay = _nodes.Single(node => node.Relay.Id == subscription.Relay).Relay;
                Assert.Contains(_clients, client => client.Relay == relay && client.Positions.ContainsKey(name));
            }
        }

        foreach (var (payload, (channel, position)) in _store is null ? [] : Promises)
        {
            Assert.Equal(payload, Log[(channel, position.Epoch, position.Offset)]);
            Assert.Equal(position.Epoch, _owners[channel].State.Epoch);
        }

        Assert.All(Log.GroupBy(entry => (entry.Key.Channel, entry.Key.Epoch)), life =>
            Assert.Equal(life.Count(), life.Select(entry => entry.Value).Distinct().Count()));
    }

    private void Publish(string name)
    {
        var send = new PendingSend(name, new PublishId(Guid.NewGuid(), 0), (++_payloads).ToString(CultureInfo.InvariantCulture), _now);
        _sends.Add(send);
        ToOwner(new Publish(name, send.Id, Encoding.UTF8.GetBytes(send.Payload)), null);
    }

    private void Connect() => _clients.Add(new Client(this, _random.Next(_nodes.Count)));

    // A disconnected client reconnects to any node, and requests the missed notifications of all channels that it had joined.
    private void ComeBack(Client client)
    {
        var positions = client.Positions.ToList();
        Disconnect(client);
        if (_random.Next(3) == 0)
        {
            return;
        }

        var again = new Client(this, _random.Next(_nodes.Count));
        _clients.Add(again);
        foreach (var (channel, position) in positions)
        {
            again.Join(channel, _random.Next(2) == 0, new Since.After(position.Epoch, position.Offset));
        }
    }

    private void Disconnect(Client client)
    {
        client.Close();
        _clients.Remove(client);
    }

    /// <summary>Stops an owner, by a failure or for a move: its state is lost, and its relays are informed.</summary>
    private void Stop(string name)
    {
        if (_owners.Remove(name, out var owner))
        {
            foreach (var (relay, joinNumber) in owner.State.Relays)
            {
                _network.Add(new Packet(new ChannelStopped(name, relay, joinNumber), ToRelay: owner.Links[relay]));
                owner.Forget(relay, joinNumber);
            }
        }
    }

    private void FailRelay(Node node)
    {
        node.Relay.Die();
        node.Relay = new Relay(this, node);
    }

    /// <summary>
    /// Kills a node and starts another process in its place. The other nodes learn of it later; until then its channels have no owner.
    /// </summary>
    private void Crash(int index)
    {
        var node = _nodes[index];
        node.Relay.Die();
        _nodes[index] = new Node(this);
        foreach (var name in _names.Where(name => _owners.TryGetValue(name, out var owner) && owner.Node == node))
        {
            _owners.Remove(name);
            _homeless.Add(name);
        }
    }

    /// <summary>Makes every node that knows a removed member, perhaps through a late message, forget it.</summary>
    private void NoticeLoss()
    {
        foreach (var (name, owner) in _owners)
        {
            foreach (var (relay, joinNumber) in owner.State.Relays.Where(joined => !_nodes.Contains(owner.Links[joined.Relay].Node))
                .ToList())
            {
                owner.State.Leave(relay, joinNumber);
                owner.Forget(relay, joinNumber);
            }
        }

        foreach (var node in _nodes)
        {
            foreach (var (other, peer) in node.Peers.Where(peer => !_nodes.Contains(peer.Key)).ToList())
            {
                node.Peers.Remove(other);
                node.Relay.State.OnOwnerLost(peer, _now);
            }
        }

        _homeless.Clear();
    }

    /// <summary>Sends the relays' joins to the channels' node, which reconciles the differences and announces its latest offsets.</summary>
    private void Exchange(Node relays, Node channels)
    {
        var (mine, theirs) = (relays.PeerAt(channels).Mine, channels.PeerAt(relays).Theirs);
        foreach (var bucket in mine.Digest().Differences(theirs.Digest()))
        {
            var known = theirs.List(bucket).Select(join => join.Join).ToHashSet();
            foreach (var join in mine.List(bucket).Select(join => join.Join).Where(join => !known.Remove(join)))
            {
                _network.Add(new Packet(new ChannelStopped(join.Channel, join.Relay, join.JoinNumber), ToNode: relays));
            }

            foreach (var join in known)
            {
                _network.Add(new Packet(new ProbeJoin(join.Channel, join.Relay, join.JoinNumber), ToNode: relays));
            }
        }

        foreach (var told in channels.PeerAt(relays).Announced.Drain())
        {
            _network.Add(new Packet(told, ToNode: relays));
        }
    }

    private void Tick()
    {
        foreach (var node in _nodes)
        {
            node.Relay.State.Tick(_now);
        }

        foreach (var send in _sends.Where(send => _now - send.SentAt >= Retry).ToList())
        {
            send.SentAt = _now;
            ToOwner(new Publish(send.Channel, send.Id, Encoding.UTF8.GetBytes(send.Payload)), null);
        }

    }

    private void Reap()
    {
        foreach (var client in _clients.Where(client => client.IsEnded).ToList())
        {
            ComeBack(client);
        }
    }

    private string NewEpoch() => $"epoch-{++_epochs}";

    private void MakeRoom()
    {
        if (_rooms.Count > 0)
        {
            var index = _random.Next(_rooms.Count);
            var then = _rooms[index];
            _rooms.RemoveAt(index);
            then();
        }
    }

    /// <summary>Performs the store's next request, and returns the result if the requester still exists.</summary>
    private void Keep()
    {
        if (_appends.Count == 0)
        {
            return;
        }

        var append = _appends[0];
        _appends.RemoveAt(0);
        var name = append.Notification.Channel;
        var isKept = _store!.Of(name).Append(append.Claim, append.Notification);
        if (isKept)
        {
            Record(append.Notification);
        }

        if (!_owners.TryGetValue(name, out var owner) || owner.Claim != append.Claim)
        {
            return;
        }

        if (!isKept)
        {
            Stop(name);
            return;
        }

        Commit(owner, append.Notification);
    }

    private void Record(Notification notification) => Log.Add(
        (notification.Channel, notification.Position.Epoch, notification.Offset), Encoding.UTF8.GetString(notification.Payload.Span));

    private void Commit(Owner owner, Notification notification)
    {
        var state = owner.State;
        state.Commit(notification, _now);
        foreach (var (relay, joinNumber) in state.Relays)
        {
            var deliver = new Deliver(relay, joinNumber, notification);
            owner.Node.PeerAt(owner.Links[relay].Node).Announced.Set(deliver);
            _network.Add(new Packet(deliver, ToRelay: owner.Links[relay]));
        }

        Answer(state, notification.Id, notification.Position);
    }

    private void Answer(ChannelState state, PublishId id, Position position)
    {
        Promises[Log[(state.Name, position.Epoch, position.Offset)]] = (state.Name, position);
        _network.Add(new Packet(new Published(state.Name, id, id, position)));
    }

    private void ToOwner(IChannelMessage message, Relay? from) => _network.Add(new Packet(message, From: from));

    private void Transmit()
    {
        if (_network.Count == 0)
        {
            return;
        }

        // Mostly in order, sometimes from anywhere in the queue: delayed and reordered.
        var index = _faults && _random.Next(4) == 0 ? _random.Next(_network.Count) : 0;
        var packet = _network[index];
        _network.RemoveAt(index);
        if (_faults)
        {
            switch (_random.Next(20))
            {
                case 0:
                    return;
                case 1:
                    _network.Insert(_random.Next(_network.Count + 1), packet);
                    break;
            }
        }

        if ((packet.ToRelay ?? packet.ToNode?.Relay) is { } relay)
        {
            relay.Receive((IRelayMessage)packet.Message, packet.Node, _now);
        }
        else if (packet.Message is Published published)
        {
            Answered += _sends.RemoveAll(send => send.Id == published.Id);
        }
        else
        {
            Receive((IChannelMessage)packet.Message, packet.From);
        }
    }

    private void Receive(IChannelMessage message, Relay? sender)
    {
        if (_homeless.Contains(message.Channel))
        {
            return;
        }

        if (!_owners.TryGetValue(message.Channel, out var owner))
        {
            owner = Claim(message.Channel);
            _owners.Add(message.Channel, owner);
        }

        var state = owner.State;
        switch (message)
        {
            case Publish publish:
                Publish(owner, publish);
                break;
            case JoinChannel join:
                // Nothing is ever lost here, so only an owner that has been replaced can lack a notification that was delivered to a relay.
                Assert.True(
                    join.Known is not { } told
                    || state.Has(told) is not false
                    || (_store is not null && _store.Of(state.Name).Owner != owner.Claim),
                    "A channel takes its history for lost.");
                var before = state.JoinNumber(join.Relay);
                if (state.Join(join.Relay, join.JoinNumber))
                {
                    owner.Forget(join.Relay, before);
                    owner.Links[join.Relay] = sender!;
                    owner.Node.PeerAt(sender!.Node).Theirs.Add(new JoinKey(state.Name, join.Relay, join.JoinNumber));
                    _network.Add(
                        new Packet(
                            new ChannelJoined(state.Name, join.Relay, join.JoinNumber, state.Head), ToRelay: sender, Node: owner.Node));
                }

                break;
            case LeaveChannel leave when state.Leave(leave.Relay, leave.JoinNumber):
                owner.Forget(leave.Relay, leave.JoinNumber);
                break;
            case ReadHistory read when state.IsJoined(read.Relay, read.JoinNumber):
                var floor = _store?.Of(state.Name).Floor ?? state.History.Floor;
                var after = read.After == ReadHistory.Earliest ? floor : read.After;
                var page = after > state.History.Newest
                    ? _store?.Of(state.Name).Head.Offset >= after ? [] : null
                    : after < state.History.Floor && _store is not null
                        ? _store.Of(state.Name).Read(after, read.UpTo)
                        : state.History.Read(after, read.UpTo, 600);
                var from = state.Head with
                {
                    Offset = page is not null ? after : after > state.History.Newest ? state.History.Newest : floor
                };
                _network.Add(new Packet(new HistoryPage(state.Name, read.Relay, read.JoinNumber, read.After, from, page), ToRelay: sender));
                break;
        }
    }

    private Owner Claim(string channel)
    {
        if (_store is null)
        {
            return new Owner(
                new ChannelState(channel, new Position(NewEpoch(), 0), new ChannelHistory(1000, _historyTtl), 1_000_000), 0, Pick(_nodes));
        }

        var life = _store.Claim(channel, NewEpoch());
        var state = new ChannelState(channel, life.Head, new ChannelHistory(int.MaxValue, _historyTtl, 1_000, life.Head.Offset), 1_000_000);
        foreach (var (id, offset) in life.Recent)
        {
            state.Recall(id, offset, _now);
        }

        return new Owner(state, life.Owner, Pick(_nodes));
    }

    private void Publish(Owner owner, Publish publish)
    {
        var state = owner.State;
        if (state.Find(publish.Id) is { } known)
        {
            if (known <= state.Head.Offset)
            {
                Answer(state, publish.Id, state.Head with { Offset = known });
            }

            return;
        }

        var notification = state.Order(publish.Id, publish.Payload, _now, _now);
        if (_store is null)
        {
            Record(notification);
            Commit(owner, notification);
        }
        else
        {
            _appends.Add(new Append(owner.Claim, notification));
        }
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    internal sealed class Relay
    {
        private bool _isDead;

        public Relay(SimulatedCluster world, Node node)
        {
            Node = node;
            State = new RelayState(
                Id,
                new RelayLimits(TimeSpan.FromMilliseconds(Retry), TimeSpan.FromMilliseconds(JoinTimeout), 3),
                message => world.ToOwner(message, this),
                AwaitRoom,
                () => world.Gaps++,
                _ => { },
                new DeliveryCounter());
            Now = () => world._now;
        }

        public RelayId Id { get; } = RelayId.New();

        public Node Node { get; }

        public RelayState State { get; }

        public Func<long> Now { get; }

        private void AwaitRoom(string channel, Subscription subscription) =>
            subscription.Subscriber.WhenRoom(() => State.Continue(channel, subscription, Now()));

        /// <summary>Ends its sockets. Further messages to it are lost.</summary>
        public void Die()
        {
            _isDead = true;
            State.End(EndReason.Restart);
        }

        public void Receive(IRelayMessage message, Node? sender, long now)
        {
            if (_isDead)
            {
                return;
            }

            switch (message)
            {
                case Deliver deliver:
                    State.OnDeliver(deliver, default, now);
                    break;
                case ChannelJoined joined:
                    State.OnJoined(joined, Node.PeerAt(sender!), now);
                    break;
                case HistoryPage page:
                    State.OnPage(page, now);
                    break;
                case ChannelStopped gone:
                    State.OnChannelStopped(gone, now);
                    break;
                case OffsetAnnouncement told:
                    State.OnAnnounced(told, now);
                    break;
                case ProbeJoin probe:
                    State.OnProbe(probe);
                    break;
            }
        }
    }

    /// <summary>Simulates a process: a relay, channels, and its state of the other nodes.</summary>
    internal sealed class Node
    {
        public Node(SimulatedCluster world)
        {
            Relay = new Relay(world, this);
        }

        public Relay Relay { get; set; }

        public Dictionary<Node, Peer> Peers { get; } = [];

        public Peer PeerAt(Node other)
        {
            if (!Peers.TryGetValue(other, out var peer))
            {
                Peers.Add(other, peer = new Peer(Address.AllSystems));
            }

            return peer;
        }
    }

    private sealed record Packet(object Message, Relay? ToRelay = null, Relay? From = null, Node? ToNode = null, Node? Node = null);

    private sealed record Append(int Claim, Notification Notification);

    private sealed class Owner(ChannelState state, int claim, Node node)
    {
        public Node Node { get; } = node;

        public int Claim { get; } = claim;

        public ChannelState State { get; } = state;

        public Dictionary<RelayId, Relay> Links { get; } = [];

        public void Forget(RelayId relay, long? joinNumber)
        {
            if (joinNumber is { } ended && Links.TryGetValue(relay, out var link))
            {
                Node.PeerAt(link.Node).Theirs.Remove(new JoinKey(State.Name, relay, ended));
            }
        }
    }

    private sealed record PendingSend(string Channel, PublishId Id, string Payload, long At)
    {
        public long SentAt { get; set; } = At;
    }
}
