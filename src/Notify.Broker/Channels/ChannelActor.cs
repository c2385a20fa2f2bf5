using System.Buffers.Text;
using System.Security.Cryptography;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.Channels;

/// <summary>
/// The owner of one channel in the cluster, and the single place that orders it: gives each notification its offset, keeps it, tells
/// it to the relays that have subscribers, and then answers the sender.
/// </summary>
internal sealed class ChannelActor : UntypedActor
{
    private const int PageBytes = 256 * 1024;

    private readonly BrokerOptions _options;
    private readonly LocalChannels _local;
    private readonly LocalRelays _localRelays;
    private readonly BrokerMetrics _metrics;
    private readonly ChannelState _state;
    private readonly ChannelEntry _entry;
    private readonly Dictionary<RelayId, RelayLink> _links = new(1);

    public ChannelActor(string entityId, BrokerOptions options, LocalChannels local, LocalRelays localRelays, BrokerMetrics metrics)
    {
        _options = options;
        _local = local;
        _localRelays = localRelays;
        _metrics = metrics;
        _state = new ChannelState(
            ChannelName.FromEntityId(entityId),
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(8)),
            options.HistorySize,
            (long)options.HistoryTtl.TotalMilliseconds,
            2 * (long)options.SendTimeout.TotalMilliseconds);
        _entry = new ChannelEntry(Self);
    }

    protected override void PreStart()
    {
        Touch(MonotonicClock.Now);
        _local.Add(_entry);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Publish publish:
                OnPublish(publish);
                break;
            case JoinChannel join:
                OnJoin(join);
                break;
            case LeaveChannel leave:
                OnLeave(leave);
                break;
            case ReadHistory read:
                OnRead(read);
                break;
            case ChannelCommands.Tidy tidy:
                OnTidy(tidy);
                break;
            case ChannelCommands.Shrink:
                _state.History.ShrinkTo(_state.History.Bytes / 2);
                Account();
                break;
            case ChannelCommands.Stop:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // A channel does not go on without the history that its subscribers were promised. The one that was restarted in its place stops
    // at once; the next message starts a channel with an epoch of its own, which says that history was lost.
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override void PostStop()
    {
        _local.Remove(_entry);
        foreach (var (relay, joinNumber) in _state.Relays)
        {
            _links[relay].Ref.Tell(new Gone(_state.Name, relay, joinNumber));
        }
    }

    private void OnPublish(Publish message)
    {
        var now = MonotonicClock.Now;
        var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var (offset, notification) = _state.Publish(message.Id, message.Payload, at, now);
        if (notification is not null)
        {
            if (_local.Bytes > _options.MemoryMax)
            {
                _state.History.ShrinkTo(_state.History.Bytes / 2);
            }

            foreach (var (relay, joinNumber) in _state.Relays)
            {
                _links[relay].Tell(new Deliver(relay, joinNumber, notification));
            }

            _metrics.Published();
        }

        Touch(now);
        Sender.Tell(new Published(_state.Name, message.Id, new Position(_state.Epoch, offset)));
    }

    private void OnJoin(JoinChannel message)
    {
        if (!_state.Join(message.Relay, message.JoinNumber))
        {
            return;
        }

        _links[message.Relay] = new RelayLink(Sender, _localRelays.Find(message.Relay));
        Touch(MonotonicClock.Now);
        Sender.Tell(new ChannelJoined(_state.Name, message.Relay, message.JoinNumber, _state.Head));
    }

    private void OnLeave(LeaveChannel message)
    {
        if (_state.Leave(message.Relay, message.JoinNumber))
        {
            _links.Remove(message.Relay);
        }

        Touch(MonotonicClock.Now);
    }

    private void OnRead(ReadHistory message)
    {
        if (_state.IsJoined(message.Relay, message.JoinNumber))
        {
            var page = _state.History.Read(message.After, message.UpTo, PageBytes);
            Sender.Tell(new HistoryPage(_state.Name, message.Relay, message.JoinNumber, message.After, page));
        }
    }

    private void OnTidy(ChannelCommands.Tidy message)
    {
        _state.Trim(MonotonicClock.Now);
        Account();
        if (_entry.IsIdle && _entry.ActiveAt <= message.IdleSince)
        {
            Context.GetLogger().Debug("Channel leaves: idle.");
            Context.Parent.Tell(new Passivate(ChannelCommands.Stop.Instance));
        }
    }

    private void Touch(long now)
    {
        _entry.ActiveAt = now;
        Account();
    }

    private void Account()
    {
        _local.Update(_entry, _state.History.Bytes);
        _entry.OldestKept = _state.History.OldestKept ?? long.MaxValue;
        _entry.ForgetAt = _state.ForgetAt ?? long.MaxValue;
        _entry.IsIdle = _state.Relays.Count == 0 && _state.History.Count == 0;
    }

    /// <summary>How a relay is told: by its ref, and, when it shares this node's memory, against its account.</summary>
    private readonly record struct RelayLink(IActorRef Ref, DeliveryAccount? Account)
    {
        public void Tell(Deliver message)
        {
            Account?.Charge(message.Notification.Cost);
            Ref.Tell(message);
        }
    }
}
