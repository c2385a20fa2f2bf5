using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;

namespace Notify.Broker.Channels;

/// <summary>
/// Owns one channel in the cluster and is the only place that orders it: gives each notification its offset, has it stored, delivers it
/// to the relays that have subscribers, and then answers the sender. Until the store has answered the claim it only queues messages.
/// </summary>
internal sealed class ChannelActor : UntypedActor
{
    private readonly ChannelServices _services;
    private readonly IHistoryStore _store;
    private readonly string _name;
    private readonly ChannelEntry _entry;
    private readonly MessageQueue _queue;
    private Task<ClaimedChannel>? _claiming;

    // Null until the channel is claimed. A field instead of Become: the stack of behaviors costs memory in every channel.
    private OwnedChannel? _channel;
    private bool _isStopping;

    public ChannelActor(string entityId, ChannelServices services)
    {
        _services = services;
        _store = services.Store;
        _name = ChannelName.FromEntityId(entityId);
        _entry = new ChannelEntry(_name, Self);
        _queue = new MessageQueue(_name, services.Local);
    }

    protected override void PreStart()
    {
        _entry.ActiveAt = _services.Time.GetMilliseconds();
        _entry.OldestStored = long.MaxValue;
        _entry.ForgetAt = long.MaxValue;
        _services.Local.Add(_entry);
        if (!_services.Membership.HasQuorum)
        {
            // Without a quorum this node accepts no publishes, so it must not take the channel from its owner. The senders try again.
            Context.Stop(Self);
            return;
        }

        if (!_store.IsDurable)
        {
            Claim(_store.ClaimAsync(_name));
        }
    }

    protected override void OnReceive(object message)
    {
        if (_channel is { } channel)
        {
            OnReceiveOwned(channel, message);
        }
        else
        {
            OnReceiveUnclaimed(message);
        }
    }

    // A channel must not run without the state that its subscribers rely on. The actor that replaces a failed one stops at once. The
    // next message starts an actor that reads the store, or begins a new epoch, which informs subscribers of the lost history.
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override void PreRestart(Exception reason, object message)
    {
        _services.Metrics.Actors.Failed("channel", reason);
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        _services.Local.Remove(_entry);
        _channel?.Relays.Stop();
        _queue.ReleaseAll();
        if (_channel is not null)
        {
            _store.Release(_channel.Claim);
        }

        // A claim that arrives later is released too.
        _ = _claiming?.ContinueWith(
            (claim, store) => ((IHistoryStore)store!).Release(claim.Result),
            _store,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    // Other messages are queued. Each sender repeats its message, so nothing is lost if the actor stops.
    private void OnReceiveUnclaimed(object message)
    {
        switch (message)
        {
            case ChannelCommands.Claimed claimed:
                Own(claimed.Channel);
                _queue.ProcessAll(Self);
                break;
            case ChannelCommands.NotClaimed failed:
                Context.GetLogger().Debug("Channel {0} cannot be claimed: {1}", _name, failed.Cause.Message);
                if (_store.Trouble is not null)
                {
                    // Another attempt would not succeed before the store works.
                    _queue.RefuseAll();
                }

                Context.Stop(Self);
                break;
            case ChannelCommands.Stop:
                Context.Stop(Self);
                break;
            case IChannelMessage queued:
                _queue.Add(queued, Sender);
                if (queued is Publish { Trace: { } trace })
                {
                    trace.HasClaimed = true;
                }

                if (_claiming is null)
                {
                    // Clients may join channels of any name, so a join must not add a channel to the store. Publishes come from a backend.
                    Claim(queued is Publish ? _store.ClaimAsync(_name) : _store.LookAsync(_name));
                }

                break;
            case ChannelCommands.Tidy or ChannelCommands.Shrink or ChannelCommands.NodeLost:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnReceiveOwned(OwnedChannel channel, object message)
    {
        switch (message)
        {
            case Publish publish:
                OnPublish(channel, publish);
                break;
            case ChannelCommands.ChangeCompleted completed:
                OnChangeCompleted(channel, completed);
                break;
            case ChannelCommands.KeyLookedUp lookup:
                channel.Publishes.OnKeyLookedUp(lookup, _isStopping);
                StopIfDone();
                break;
            case ChannelCommands.Claimed begun:
                OnBegun(channel, begun.Channel);
                break;
            case ChannelCommands.NotClaimed failed:
                OnNotBegun(failed.Cause);
                break;
            case JoinChannel join:
                OnJoin(channel, join);
                break;
            case ChannelCommands.Compared compared:
                OnCompared(channel, compared);
                break;
            case ChannelCommands.NotCompared failed:
                // The relay joins again.
                Context.GetLogger().Debug("Channel {0} cannot compare its history with a relay: {1}", _name, failed.Cause.Message);
                break;
            case LeaveChannel leave:
                channel.Relays.Leave(leave.Relay, leave.JoinNumber);
                Touch(_services.Time.GetMilliseconds());
                break;
            case ReadHistory read when channel.State.MayRead(read):
                _ = ChannelReader.AnswerAsync(channel.Reader.ReadAsync(read), Sender);
                break;
            case ReadHistory: // The read belongs to a join that no longer counts, or to another epoch.
                break;
            case FetchHistory fetch:
                _ = ChannelReader.AnswerAsync(channel.Reader.FetchAsync(fetch, channel.State.Head), Sender);
                Touch(_services.Time.GetMilliseconds());
                break;
            case MarkInbox { Heads.Count: > 0, MayCreate: true } mark when !channel.Claim.IsKnown && !_isStopping:
                BeginHistory(channel, mark);
                break;
            case MarkInbox or ReadInbox or ReadAnnouncement or WatchInbox or EraseInbox:
            case ChannelCommands.ItemsFound or ChannelCommands.FloorRead:
                InboxRequests.Handle(channel.Inbox, message, Sender, _isStopping);
                Touch(_services.Time.GetMilliseconds());
                break;
            case ChannelCommands.Erased erased:
                InboxRequests.Answer(_name, erased);

                // Nothing of what it knows is true any more, or another owner has the channel. Then the request is repeated there.
                Context.Stop(Self);
                break;
            case ChannelCommands.Tidy tidy:
                OnTidy(channel, tidy);
                break;
            case ChannelCommands.Shrink:
                channel.State.History.ShrinkTo(channel.State.History.Bytes / 2);
                Account();
                break;
            case ChannelCommands.NodeLost lost:
                channel.Relays.RemoveNode(lost.Node);
                Account();
                break;
            case ChannelCommands.Stop:
                // Pending publishes are still answered. Senders repeat later ones, to the next owner.
                _isStopping = true;
                _entry.IsLeaving = true;
                StopIfDone();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Claim(Task<ClaimedChannel> claim)
    {
        _claiming = claim;
        if (claim.IsCompletedSuccessfully && _channel is null && _queue.IsEmpty)
        {
            Own(claim.Result);
        }
        else
        {
            _ = claim.PipeTo(
                Self,
                success: channel => new ChannelCommands.Claimed(channel),
                failure: cause => new ChannelCommands.NotClaimed(cause));
        }
    }

    private void Own(ClaimedChannel claim)
    {
        _claiming = null;
        _channel = new OwnedChannel(claim, _services, _queue, Self);
        Touch(_services.Time.GetMilliseconds());
    }

    private void OnPublish(OwnedChannel channel, Publish message)
    {
        if (_isStopping)
        {
            return;
        }

        if (!channel.Publishes.TryAnswer(message, Sender))
        {
            if (channel.Claim.IsKnown)
            {
                channel.Publishes.Add(message, Sender);
            }
            else
            {
                BeginHistory(channel, message);
            }
        }

        Touch(_services.Time.GetMilliseconds());
    }

    // The first publish to a channel that was only joined adds it to the store, and so do marks of announcements.
    private void BeginHistory(OwnedChannel channel, IChannelMessage message)
    {
        _queue.Add(message, Sender);
        if (_claiming is null && !_queue.IsEmpty)
        {
            Claim(_store.BeginAsync(channel.Claim));
        }
    }

    private void OnBegun(OwnedChannel channel, ClaimedChannel begun)
    {
        _claiming = null;
        var isOurs = begun.Head == channel.Claim.Head;
        channel.Begin(begun);
        if (!isOurs)
        {
            // Another owner was faster. The senders try again, and the next owner reads what the other one stored.
            Context.Stop(Self);
            return;
        }

        _queue.ProcessAll(Self);
        StopIfDone();
    }

    private void OnNotBegun(Exception cause)
    {
        _claiming = null;
        Context.GetLogger().Debug("Channel {0} cannot be added to the store: {1}", _name, cause.Message);
        _queue.RefuseAll();
        StopIfDone();
    }

    private void OnChangeCompleted(OwnedChannel channel, ChannelCommands.ChangeCompleted completed)
    {
        switch (completed.Outcome)
        {
            case AppendOutcome.Stored:
                channel.Publishes.OnStored(completed.Change);
                Touch(_services.Time.GetMilliseconds());
                StopIfDone();
                return;
            case AppendOutcome.Fenced:
                Context.GetLogger().Info("Channel {0} has a new owner; this one stops.", _name);
                break;
            default:
                Context.GetLogger().Warning(
                    "Channel {0}: the store cannot tell whether a change is stored; the next owner reads the channel again.", _name);
                break;
        }

        // Only the store knows what is stored now. The senders try again.
        Context.Stop(Self);
    }

    private void OnJoin(OwnedChannel channel, JoinChannel message)
    {
        if (message.Known is { } known && channel.State.Has(known) is not true)
        {
            // Only the store can decide: another owner may have replaced this one.
            var relay = Sender;
            _ = _store.RenewLostAsync(_name, known).PipeTo(
                Self,
                success: isRenewed => new ChannelCommands.Compared(message, relay, isRenewed),
                failure: cause => new ChannelCommands.NotCompared(cause));
            return;
        }

        Join(channel, message, Sender);
    }

    private void OnCompared(OwnedChannel channel, ChannelCommands.Compared compared)
    {
        if (compared.IsRenewed || channel.State.Has(compared.Join.Known!) is false)
        {
            // The relay joins again, at the owner that counts or in the new epoch.
            Context.Stop(Self);
            return;
        }

        Join(channel, compared.Join, compared.Relay);
    }

    private void Join(OwnedChannel channel, JoinChannel message, IActorRef relay)
    {
        if (channel.Relays.Join(message, relay))
        {
            Touch(_services.Time.GetMilliseconds());
        }
    }

    private void OnTidy(OwnedChannel channel, ChannelCommands.Tidy message)
    {
        var now = _services.Time.GetMilliseconds();
        channel.State.Trim(now);
        channel.Inbox?.Tidy(now);
        Account();
        if (_entry.IsIdle && _entry.ActiveAt <= message.IdleSince)
        {
            Context.GetLogger().Debug("Channel {0} is idle and stops.", _name);
            Context.Parent.Tell(new Passivate(ChannelCommands.Stop.Instance));
        }
    }

    private void StopIfDone()
    {
        if (_isStopping && _channel is { Publishes.ArePending: false } && _claiming is null)
        {
            Context.Stop(Self);
        }
    }

    private void Touch(long now)
    {
        _entry.ActiveAt = now;
        Account();
    }

    private void Account()
    {
        var (state, publishes) = (_channel!.State, _channel.Publishes);
        _services.Local.Update(_entry, state.History.Bytes);
        _entry.OldestStored = state.History.OldestStored ?? long.MaxValue;
        _entry.ForgetAt = Math.Min(state.ForgetAt ?? long.MaxValue, _channel.Inbox?.ForgetAt ?? long.MaxValue);
        _entry.IsWatched = _channel.Relays.AreWatching;
        _entry.ExpiresAt = _channel.Inbox?.NextExpiry ?? long.MaxValue;
        _entry.IsIdle = state.Relays.Count == 0
            && !publishes.ArePending
            && _claiming is null
            && (_store.IsDurable || state.History.Count == 0)
            && _channel.Inbox is not { IsNeeded: true };
    }
}
