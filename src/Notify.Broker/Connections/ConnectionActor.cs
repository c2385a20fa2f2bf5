using Akka.Actor;
using Akka.Event;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.Connections;

/// <summary>
/// Manages the channels that one session has joined. Joins and leaves are sent to the channel's relay in the client's order. When the
/// session ends, every channel is left, and the writer gets time to write the queued messages.
/// </summary>
internal sealed class ConnectionActor : UntypedActor
{
    // The longest wait for a polling client; see Engine.IO's close timeout.
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(35);

    private static readonly SharedProps<WriterActor> Writers = new(WriterExecutor.DispatcherId);

    private readonly SendQueue _sendQueue;
    private readonly RelayStripes _relays;
    private readonly int _maxJoins;
    private readonly BrokerMetrics _metrics;
    private readonly NodeJoins _joins;

    // The client's commands while it waits for its turn to join; null for nearly all clients, which do not wait.
    private Queue<object>? _delayed;
    private NodeJoins.Waiter? _turn;
    private SmallMap<string, Subscription> _channels;
    private bool _ended;
    private bool _drained;

    public ConnectionActor(SendQueue sendQueue, RelayStripes relays, int maxJoins, NodeJoins joins, BrokerMetrics metrics)
    {
        _joins = joins;
        _sendQueue = sendQueue;
        _relays = relays;
        _maxJoins = maxJoins;
        _metrics = metrics;
    }

    protected override SupervisorStrategy SupervisorStrategy() => SupervisorStrategies.StopOnFailure;

    protected override void PreStart()
    {
        _metrics.Actors.ConnectionStarted();
        Context.ActorOf(Writers.Of(
            (_sendQueue, _metrics.Deliveries), static own => new WriterActor(own._sendQueue, own.Deliveries)));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ConnectionCommands.Join or ConnectionCommands.Leave or ConnectionCommands.LeaveAll when _delayed is not null:
                // Keeps the client's order.
                _delayed.Enqueue(message);
                break;
            case ConnectionCommands.Join join:
                Join(join);
                break;
            case ConnectionCommands.Leave leave:
                Leave(leave);
                break;
            case ConnectionCommands.LeaveAll:
                _sendQueue.Trace?.Left(channel: null);
                LeaveAll();
                break;
            case ConnectionCommands.JoinTurn:
                TakeTurn();
                break;
            case ConnectionCommands.ListChannels:
                Sender.Tell(new ConnectionCommands.Channels([.. _channels.Entries]));
                break;
            case ConnectionCommands.Ended:
                _ended = true;
                ForgetDelayed();
                LeaveAll();
                StopIfDone();
                if (!_drained)
                {
                    // Most writers report before this arrives that they have nothing left to write, so that no timer is needed.
                    Self.Tell(AwaitWriter.Instance);
                }

                break;
            case AwaitWriter:
                Context.SetReceiveTimeout(DrainTimeout);
                break;
            case WriterActor.Drained:
                _drained = true;
                StopIfDone();
                break;
            case WriterActor.Failed failed:
                Context.GetLogger().Debug("The connection of a client broke: {Cause}", failed.Cause.Message);
                _drained = true;
                _sendQueue.Abort();
                _sendQueue.End(EndReason.TransportError);
                StopIfDone();
                break;
            case WriterActor.Stopped:
                // The writer failed, so nothing more can be sent to the client.
                _metrics.Actors.Failed("writer");
                _sendQueue.End(EndReason.Restart);
                Context.Stop(Self);
                break;
            case ReceiveTimeout:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        ForgetDelayed();
        LeaveAll();
        _sendQueue.Abort();
        _sendQueue.End(EndReason.Restart);
        _metrics.Actors.ConnectionStopped();
    }

    private void Join(ConnectionCommands.Join join)
    {
        if (_ended)
        {
            join.Gate.Leave();
            return;
        }

        if (_sendQueue.Party == 0)
        {
            _sendQueue.Party = _joins.NewParty();
        }

        if (_joins.TryEnter(_sendQueue.Party))
        {
            Subscribe(join);
            return;
        }

        _delayed = new Queue<object>();
        _delayed.Enqueue(join);
        _turn = _joins.Wait(_sendQueue.Party, Self);
    }

    private void TakeTurn()
    {
        if (_turn is not { } turn || _delayed is not { } delayed)
        {
            return;
        }

        var left = _joins.Take(turn);
        while (delayed.TryPeek(out var next) && (left > 0 || next is not ConnectionCommands.Join))
        {
            delayed.Dequeue();
            switch (next)
            {
                case ConnectionCommands.Join join:
                    left--;
                    Subscribe(join);
                    break;
                case ConnectionCommands.Leave leave:
                    Leave(leave);
                    break;
                default:
                    LeaveAll();
                    break;
            }
        }

        if (delayed.Count > 0)
        {
            _turn = _joins.Wait(_sendQueue.Party, Self);
            return;
        }

        _joins.Leave(_sendQueue.Party, left);
        (_turn, _delayed) = (null, null);
    }

    private void ForgetDelayed()
    {
        if (_turn is { } turn)
        {
            _joins.Cancel(turn);
        }

        foreach (var command in _delayed ?? [])
        {
            (command as ConnectionCommands.Join)?.Gate.Leave();
            (command as ConnectionCommands.Leave)?.Gate.Leave();
        }

        (_turn, _delayed) = (null, null);
    }

    // The join counts as under way until the relay reports its end.
    private void Subscribe(ConnectionCommands.Join join)
    {
        if (!_channels.TryGetValue(join.Channel, out var subscription))
        {
            if (_channels.Count >= _maxJoins || !_joins.TryAdd())
            {
                _metrics.Limits.Refused("joins");
                join.Reply?.Failed(_sendQueue, JoinErrors.Limit);
                join.Gate.Leave();
                _joins.Leave(_sendQueue.Party);
                return;
            }

            subscription = new Subscription(_sendQueue, join.Format);
            _channels[join.Channel] = subscription;
            _sendQueue.Channels = _channels.Count;
        }
        else if (!ReferenceEquals(subscription.Format, join.Format))
        {
            // The client requests another format from now on. One relay serves both subscriptions, so they cannot overlap.
            _relays.For(join.Channel).Tell(new RelayCommands.Unsubscribe(join.Channel, subscription, null, null));
            subscription = new Subscription(_sendQueue, join.Format);
            _channels[join.Channel] = subscription;
        }

        subscription.WantsInbox |= join.WantsInbox;
        _relays.For(join.Channel).Tell(new RelayCommands.Subscribe(join.Channel, subscription, join.Since, join.Reply, join.Gate));
    }

    private void Leave(ConnectionCommands.Leave leave)
    {
        if (_channels.Remove(leave.Channel, out var subscription))
        {
            _joins.Remove(1);
            _sendQueue.Channels = _channels.Count;
            _sendQueue.Trace?.Left(leave.Channel);
            _relays.For(leave.Channel).Tell(new RelayCommands.Unsubscribe(leave.Channel, subscription, leave.Left, leave.Gate));
        }
        else
        {
            leave.Left?.Invoke();
            leave.Gate.Leave();
        }
    }

    private void LeaveAll()
    {
        foreach (var (channel, subscription) in _channels.Entries)
        {
            _relays.For(channel).Tell(new RelayCommands.Unsubscribe(channel, subscription, null, null));
        }

        _joins.Remove(_channels.Count);
        _channels.Clear();
        _sendQueue.Channels = 0;
    }

    private void StopIfDone()
    {
        if (_ended && _drained)
        {
            Context.Stop(Self);
        }
    }

    private sealed class AwaitWriter : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly AwaitWriter Instance = new();

        private AwaitWriter()
        {
        }
    }
}
