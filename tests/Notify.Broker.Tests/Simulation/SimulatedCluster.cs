using System.Globalization;
using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.Messages;
using Notify.Protocol;

namespace Notify.Broker.Tests.Simulation;

/// <summary>
/// Simulates a cluster without actors, clocks or sockets: the real decisions of channels and relays, and a network that drops, delays,
/// duplicates and reorders messages as one seed determines. Every client checks each message as it arrives.
/// </summary>
internal sealed class SimulatedCluster
{
    /// <summary>How long a relay or a backend waits before it repeats a request, in milliseconds.</summary>
    public const long Retry = 1_000;

    /// <summary>How long a join may stay unanswered, in milliseconds.</summary>
    public const long JoinTimeout = 10_000;

    private const int MaxInFlight = 400;

    private readonly Random _random;
    private readonly Store? _store;
    private readonly List<Action> _rooms = [];
    private readonly SimulatedOwners _owners;
    private readonly List<SimulatedNode> _nodes = [];
    private readonly List<Client> _clients = [];
    private readonly SimulatedNetwork _network;
    private readonly List<PendingSend> _sends = [];
    private readonly string[] _names = ["channel-0", "channel-1", "inbox-0", "inbox-1"];
    private bool _faults = true;
    private long _now = 1;
    private int _epochs;
    private int _payloads;

    public SimulatedCluster(int seed, long historyTtl, bool isDurable, int relays = 3)
    {
        _random = new Random(seed);
        _network = new SimulatedNetwork(_random);
        _store = isDurable ? new Store() : null;
        _owners = new SimulatedOwners(this, _store, historyTtl);
        Users = new SimulatedUsers(this, _random);
        for (var i = 0; i < relays; i++)
        {
            _nodes.Add(new SimulatedNode(this));
        }
    }

    /// <summary>Gets the notifications that each epoch of each channel has ordered, against which clients are checked.</summary>
    public Dictionary<(string Channel, string Epoch, long Offset), string> Log { get; } = [];

    public int Delivered { get; private set; }

    public int Gaps { get; private set; }

    public int Resets { get; set; }

    public int Answered { get; private set; }

    public int Recoveries { get; set; }

    /// <summary>Gets or sets the number of states of inboxes that clients were told.</summary>
    public int Told { get; set; }

    /// <summary>Gets or sets how often a relay learned by an announcement that it lost a state.</summary>
    public int Repairs { get; set; }

    /// <summary>Gets those who mark.</summary>
    public SimulatedUsers Users { get; }

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

    internal long Now => _now;

    /// <summary>Gets the time by which items expire. It passes faster than in reality.</summary>
    internal long Seconds => _now / 100;

    /// <summary>Returns the newest position of a channel; null when it has no owner.</summary>
    internal Position? HeadOf(string channel) => _owners.All.TryGetValue(channel, out var owner) ? owner.State.Head : null;

    /// <summary>Returns whether the store cannot tell what became of a change.</summary>
    internal bool IsOutcomeUnknown() => _faults && _random.Next(100) == 0;

    internal SimulatedNetwork Network => _network;

    internal void FoundGap() => Gaps++;

    internal SimulatedNode PickNode() => Pick(_nodes);

    internal SimulatedRelay RelayOf(int node) => _nodes[node].Relay;

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
                Join(Pick(_clients), Pick(_names), _random.Next(12) == 0 ? Since.Earliest.Instance : null);
                break;
            case < 30 when _clients.Count > 0:
                Pick(_clients).Leave(Pick(_names));
                break;
            case < 32 when _clients.Count > 6:
                ComeBack(Pick(_clients));
                break;
            case 32 when _random.Next(8) == 0:
                _owners.Stop(Pick(_names));
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
                Pick(_nodes).Exchange(Pick(_nodes), _network);
                break;
            case 34:
                _now += 500;
                Tick();
                break;
            case < 43:
                _owners.Keep();
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
            case < 52:
                Users.Mark(Pick(_names[2..]));
                break;
            default:
                Transmit();
                break;
        }

        while (_owners.Waiting > MaxInFlight)
        {
            _owners.Keep();
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

            // What tells of an inbox is lost once more, and nothing follows it.
            Drain(losesTold: i == 0);
            Reap();
            _now += 500;
            Tick();
            NoticeLoss();

            // The loss of the last message is detected although nothing follows it.
            foreach (var node in _nodes)
            {
                _nodes.ForEach(other => node.Exchange(other, _network));
            }
        }

        Assert.Empty(_sends);
        var checks = new FinalChecks(this, _owners, _nodes, _clients, _store);
        checks.Check();
        var newcomers = checks.Connect(_names);
        Drain();
        checks.CheckNewcomers(newcomers);
    }

    /// <summary>Delivers everything under way.</summary>
    private void Drain(bool losesTold = false)
    {
        for (var i = 0; _network.Count + _owners.Waiting + _rooms.Count > 0; i++)
        {
            Assert.True(
                i < 100_000,
                $"The same is said again and again: {string.Join(", ", _network.Packets.Take(5).Select(packet => packet.Message))}");
            _owners.Keep();
            MakeRoom();
            if (losesTold)
            {
                _network.LoseTold();
            }

            Transmit();
        }
    }

    private void Publish(string name)
    {
        var payload = (++_payloads).ToString(CultureInfo.InvariantCulture);
        var send = new PendingSend(name, new PublishId(Guid.NewGuid(), 0), payload, _now) { Meta = Users.Fields(name) };
        _sends.Add(send);
        Send(send);
    }

    private void Send(PendingSend send) =>
        ToOwner(new Publish(send.Channel, send.Id, Encoding.UTF8.GetBytes(send.Payload)) { Meta = send.Meta }, null);

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
            Join(again, channel, new Since.After(position.Epoch, position.Offset));
        }
    }

    private void Join(Client client, string channel, Since? since) =>
        client.Join(channel, _random.Next(2) == 0, since, SimulatedUsers.IsInbox(channel) && _random.Next(4) > 0);

    private void Disconnect(Client client)
    {
        client.Close();
        _clients.Remove(client);
    }

    private void FailRelay(SimulatedNode node)
    {
        node.Relay.Die();
        node.Relay = new SimulatedRelay(this, node);
    }

    /// <summary>
    /// Kills a node and starts another process in its place. The other nodes learn of it later; until then its channels have no owner.
    /// </summary>
    private void Crash(int index)
    {
        var node = _nodes[index];
        node.Relay.Die();
        _nodes[index] = new SimulatedNode(this);
        _owners.Lose(node);
    }

    /// <summary>Makes every node that knows a removed member, perhaps through a late message, forget it.</summary>
    private void NoticeLoss()
    {
        foreach (var (name, owner) in _owners.All)
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

        _owners.NoticeLoss();
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
            Send(send);
        }

        Users.Tick();
        _owners.Tidy();
    }

    private void Reap()
    {
        foreach (var client in _clients.Where(client => client.IsEnded).ToList())
        {
            ComeBack(client);
        }
    }

    internal string NewEpoch() => $"epoch-{++_epochs}";

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

    internal void ToOwner(IChannelMessage message, SimulatedRelay? from) => _network.Add(new Packet(message, From: from));

    private void Transmit()
    {
        if (_network.Take(_faults) is not { } packet)
        {
            return;
        }

        if ((packet.ToRelay ?? packet.ToNode?.Relay) is { } relay)
        {
            relay.Receive((IRelayMessage)packet.Message, packet.Node, _now);
        }
        else if (packet.Message is Published published)
        {
            Answered += _sends.RemoveAll(send => send.Id == published.Id);
        }
        else if (packet.Message is SimulatedMarked marked)
        {
            Users.OnAnswered(marked);
        }
        else
        {
            _owners.Receive((IChannelMessage)packet.Message, packet.From);
        }
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}
