using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Clustering;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Relays;

namespace Notify.Broker.Channels;

/// <summary>
/// The owner of one channel in the cluster, and the single place that orders it: gives each notification its offset, has it kept, tells
/// it to the relays that have subscribers, and then answers the sender.
/// </summary>
internal sealed class ChannelActor : UntypedActor
{
    // With a store that keeps everything, memory only serves relays that missed a moment.
    private const int CacheBytes = 16 * 1024;

    // What a held message costs beside its payload.
    private const int ReservedOverhead = 256;

    private readonly BrokerOptions _options;
    private readonly IHistoryStore _store;
    private readonly Membership _membership;
    private readonly LocalChannels _local;
    private readonly LocalRelays _localRelays;
    private readonly PeerTable _peers;
    private readonly BrokerMetrics _metrics;
    private readonly string _name;
    private readonly ChannelEntry _entry;
    private SmallMap<RelayId, RelayLink> _links;
    private PendingPublishes? _pending;
    private List<(object Message, IActorRef Sender)>? _waiting;
    private Task<ClaimedChannel>? _claiming;
    private ClaimedChannel? _claim;
    private ChannelState? _state;
    private ChannelReader? _reader;
    private long _reserved;
    private bool _isStopping;

    public ChannelActor(
        string entityId, BrokerOptions options, IHistoryStore store, Membership membership, LocalChannels local, LocalRelays localRelays, PeerTable peers, BrokerMetrics metrics)
    {
        _membership = membership;
        _options = options;
        _store = store;
        _local = local;
        _localRelays = localRelays;
        _peers = peers;
        _metrics = metrics;
        _name = ChannelName.FromEntityId(entityId);
        _entry = new ChannelEntry(_name, Self);
    }

    private bool IsPending => _pending is { IsEmpty: false };

    protected override void PreStart()
    {
        _entry.ActiveAt = MonotonicClock.Now;
        _entry.OldestStored = long.MaxValue;
        _entry.ForgetAt = long.MaxValue;
        _local.Add(_entry);
        if (!_membership.HasQuorum)
        {
            // A part of the cluster that takes nothing may not take the channel from its owner either. Whoever asked asks again.
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
        if (_state is null)
        {
            OnReceiveUnclaimed(message);
            return;
        }

        switch (message)
        {
            case Publish publish:
                OnPublish(publish);
                break;
            case ChannelCommands.AppendCompleted appended:
                OnAppendCompleted(appended);
                break;
            case ChannelCommands.KeyLookedUp found:
                OnKeyLookedUp(found);
                break;
            case ChannelCommands.Claimed begun:
                OnBegun(begun.Channel);
                break;
            case ChannelCommands.NotClaimed failed:
                OnNotBegun(failed.Cause);
                break;
            case JoinChannel join:
                OnJoin(join);
                break;
            case ChannelCommands.Compared compared:
                OnCompared(compared);
                break;
            case ChannelCommands.NotCompared failed:
                // The relay asks again.
                Context.GetLogger().Debug("What a relay was told is not compared: {Cause}", failed.Cause.Message);
                break;
            case LeaveChannel leave:
                OnLeave(leave);
                break;
            case ReadHistory read:
                OnRead(read);
                break;
            case FetchHistory fetch:
                _ = AnswerAsync(_reader!.FetchAsync(fetch, _state.Head), Sender);
                Touch(MonotonicClock.Now);
                break;
            case ChannelCommands.Tidy tidy:
                OnTidy(tidy);
                break;
            case ChannelCommands.Shrink:
                _state.History.ShrinkTo(_state.History.Bytes / 2);
                Account();
                break;
            case ChannelCommands.NodeLost lost:
                OnNodeLost(lost.Node);
                break;
            case ChannelCommands.Stop:
                // What is under way is still answered; whoever comes now asks again, wherever the channel lives next.
                _isStopping = true;
                _entry.IsLeaving = true;
                StopIfDone();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // A channel does not go on without what its subscribers were promised. The one that was restarted in its place stops at once; the
    // next message starts one that reads the store, or has an epoch of its own, which says that history was lost.
    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override void PostStop()
    {
        _local.Remove(_entry);
        foreach (var (relay, joinNumber) in _state?.Relays ?? [])
        {
            _links[relay].Ref.Tell(new ChannelStopped(_name, relay, joinNumber));
            _links[relay].Peer?.Theirs.Remove(new JoinKey(_name, relay, joinNumber));
        }

        ReleaseReserved(_reserved);
        if (_claim is not null)
        {
            _store.Release(_claim);
        }

        // Also a claim that comes after this is given back.
        _ = _claiming?.ContinueWith(
            (claim, store) => ((IHistoryStore)store!).Release(claim.Result),
            _store,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    // Nothing is known of the channel yet. What others ask waits; each of them asks again, so that nothing is lost when this ends.
    private void OnReceiveUnclaimed(object message)
    {
        switch (message)
        {
            case ChannelCommands.Claimed claimed:
                Own(claimed.Channel);
                ProcessQueue();
                break;
            case ChannelCommands.NotClaimed failed:
                Context.GetLogger().Debug("Channel is not served: {Cause}", failed.Cause.Message);
                if (_store.Trouble is not null)
                {
                    // Asking again would not help until the store works.
                    RefuseWaiting();
                }

                Context.Stop(Self);
                break;
            case ChannelCommands.Stop:
                Context.Stop(Self);
                break;
            case IChannelMessage asked:
                Queue(asked);
                if (_claiming is null)
                {
                    // Names that are only joined may be anybody's idea; what is sent comes from a backend.
                    Claim(asked is Publish ? _store.ClaimAsync(_name) : _store.LookAsync(_name));
                }

                break;
            case ChannelCommands.Tidy or ChannelCommands.Shrink or ChannelCommands.NodeLost:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Claim(Task<ClaimedChannel> claim)
    {
        _claiming = claim;
        if (claim.IsCompletedSuccessfully && _state is null && _waiting is null)
        {
            Own(claim.Result);
        }
        else
        {
            _ = claim.PipeTo(Self, success: channel => new ChannelCommands.Claimed(channel), failure: cause => new ChannelCommands.NotClaimed(cause));
        }
    }

    private void Queue(IChannelMessage message)
    {
        if (TryReserve(message))
        {
            (_waiting ??= []).Add((message, Sender));
        }
    }

    // What waited for the channel is asked again, in its order.
    private void ProcessQueue()
    {
        foreach (var (waiting, sender) in _waiting ?? [])
        {
            Self.Tell(waiting, sender);
        }

        _waiting = null;
        ReleaseReserved(_reserved);
    }

    // The first send to a channel that was only joined: from now on the store knows it.
    private void BeginHistory(Publish message)
    {
        Queue(message);
        if (_claiming is null && _waiting is not null)
        {
            Claim(_store.BeginAsync(_claim!));
        }
    }

    private void OnBegun(ClaimedChannel begun)
    {
        _claiming = null;
        var looked = _claim!;
        _claim = begun;
        if (begun.Head != looked.Head)
        {
            // Another owner was faster. Whoever asked asks again, and finds what it made of the channel.
            Context.Stop(Self);
            return;
        }

        _reader = new ChannelReader(_name, _store, begun, _state!.History, _metrics);
        ProcessQueue();
        StopIfDone();
    }

    private void OnNotBegun(Exception cause)
    {
        _claiming = null;
        Context.GetLogger().Debug("Channel cannot begin: {Cause}", cause.Message);
        RefuseWaiting();
        StopIfDone();
    }

    // Whoever joins asks again by itself.
    private void RefuseWaiting()
    {
        foreach (var (waiting, sender) in _waiting ?? [])
        {
            if (waiting is Publish publish)
            {
                sender.Tell(new PublishRefused(_name, publish.Id));
            }
        }

        _waiting = null;
        ReleaseReserved(_reserved);
    }

    private void Own(ClaimedChannel claim)
    {
        _claiming = null;
        var now = MonotonicClock.Now;
        var ttl = (long)_options.HistoryTtl.TotalMilliseconds;
        _claim = claim;
        _state = new ChannelState(
            _name,
            claim.Head,
            _store.IsDurable
                ? new ChannelHistory(int.MaxValue, Math.Min(ttl, ChannelHistory.Grace), CacheBytes, claim.Head.Offset)
                : new ChannelHistory(_options.HistorySize, ttl),
            2 * (long)_options.SendTimeout.TotalMilliseconds,
            claim.Newest);
        _reader = new ChannelReader(_name, _store, claim, _state.History, _metrics);
        foreach (var (id, offset) in claim.Recent)
        {
            _state.Recall(id, offset, now);
        }

        Touch(now);
    }

    private void OnPublish(Publish message)
    {
        if (_isStopping)
        {
            return;
        }

        if (_state!.Find(message.Id) is { } known)
        {
            if (known <= _state.Head.Offset)
            {
                Answer(Sender, message.Id, message.Id, _state.Head with { Offset = known });
            }
            else
            {
                _pending!.Attach(known, Sender, message.Id);
            }
        }
        else if (!_claim!.IsKnown)
        {
            BeginHistory(message);
        }
        else if (message.Key is { } key)
        {
            LookUpKey(key, message);
        }
        else
        {
            Append(message, Sender);
        }

        Touch(MonotonicClock.Now);
    }

    private void LookUpKey(IdempotencyKey key, Publish message)
    {
        _pending ??= new PendingPublishes();
        if (_pending.Idempotent.Find(key) is { } before)
        {
            before.Add(Sender, message.Id);
            return;
        }

        if (!TryReserve(message))
        {
            return;
        }

        if (!_pending.Idempotent.Add(key, message, Sender))
        {
            return;
        }

        var find = _store.FindAsync(_claim!, key);
        if (find.IsCompletedSuccessfully)
        {
            OnKeyLookedUp(new ChannelCommands.KeyLookedUp(key, find.Result, null));
        }
        else
        {
            _ = find.PipeTo(Self, success: send => new ChannelCommands.KeyLookedUp(key, send, null), failure: cause => new ChannelCommands.KeyLookedUp(key, null, cause));
        }
    }

    private void OnKeyLookedUp(ChannelCommands.KeyLookedUp found)
    {
        foreach (var (message, sender) in _pending!.Idempotent.Remove(found.Key))
        {
            ReleaseReserved(Cost(message));
            if (found.Send is { } first)
            {
                Answer(sender, message.Id, first.Id, first.Position);
            }
            else if (found.Failure is null && !_isStopping)
            {
                Append(message, sender);
            }
        }

        StopIfDone();
    }

    // What waits for the store to answer is charged, whoever asks and however often; what does not fit is asked again, or refused.
    private bool TryReserve(IChannelMessage message)
    {
        var cost = Cost(message);
        if (_local.TryReserve(cost))
        {
            _reserved += cost;
            return true;
        }

        if (message is Publish publish)
        {
            Sender.Tell(new PublishRefused(_name, publish.Id));
        }

        return false;
    }

    private void ReleaseReserved(long bytes)
    {
        _reserved -= bytes;
        _local.ReleaseReserved(bytes);
    }

    private static long Cost(IChannelMessage message) => ReservedOverhead + (message is Publish publish ? publish.Payload.Length : 0);

    private void Append(Publish message, IActorRef sender)
    {
        if (message.Key is { } racing && _pending!.Idempotent.Find(racing) is { } before)
        {
            before.Add(sender, message.Id);
            return;
        }

        if (!_store.HasRoom)
        {
            sender.Tell(new PublishRefused(_name, message.Id));
            return;
        }

        var notification = _state!.Order(message.Id, message.Payload, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), MonotonicClock.Now);
        var append = _store.AppendAsync(_claim!, notification, message.Key);
        if (append.IsCompletedSuccessfully && append.Result && _pending is not { AreAppending: true })
        {
            Commit(notification);
            Answer(sender, message.Id, message.Id, notification.Position);
            return;
        }

        var pending = (_pending ??= new PendingPublishes()).Add(notification, message.Key, sender, message.Id);
        var self = Self;
        _ = append.ContinueWith(
            task => self.Tell(new ChannelCommands.AppendCompleted(pending, task.IsCompletedSuccessfully && task.Result)),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private void OnAppendCompleted(ChannelCommands.AppendCompleted appended)
    {
        if (!appended.IsStored)
        {
            // Nobody can tell what is kept now but the store. What waits is asked again.
            Context.GetLogger().Warning("A send is not known to be kept; the channel is read again.");
            Context.Stop(Self);
            return;
        }

        foreach (var send in _pending!.MarkStored(appended.Send))
        {
            Commit(send.Notification);
            foreach (var (sender, id) in send.Senders)
            {
                Answer(sender, id, send.Notification.Id, send.Notification.Position);
            }
        }

        Touch(MonotonicClock.Now);
        StopIfDone();
    }

    private void Commit(Notification notification)
    {
        _state!.Commit(notification, MonotonicClock.Now);
        if (_local.Bytes > _options.MemoryMax)
        {
            _state.History.ShrinkTo(_state.History.Bytes / 2);
        }

        foreach (var (relay, joinNumber) in _state.Relays)
        {
            _links[relay].Deliver(new Deliver(relay, joinNumber, notification));
        }

        _metrics.Published();
    }

    private void Answer(IActorRef sender, PublishId id, PublishId notification, Position position) =>
        sender.Tell(new Published(_name, id, notification, position));

    private void OnJoin(JoinChannel message)
    {
        if (message.Known is { } known && _state!.Has(known) is not true)
        {
            // The store decides: this may be an owner that has been replaced.
            var relay = Sender;
            _ = _store.RenewLostAsync(_name, known).PipeTo(
                Self,
                success: isRenewed => new ChannelCommands.Compared(message, relay, isRenewed),
                failure: cause => new ChannelCommands.NotCompared(cause));
            return;
        }

        Join(message, Sender);
    }

    private void OnCompared(ChannelCommands.Compared compared)
    {
        if (compared.IsRenewed || _state!.Has(compared.Join.Known!) is false)
        {
            // Whoever asked asks again, and finds the owner that counts, or one with the new epoch.
            Context.Stop(Self);
            return;
        }

        Join(compared.Join, compared.Relay);
    }

    private void Join(JoinChannel message, IActorRef relay)
    {
        var before = _state!.JoinNumber(message.Relay);
        if (!_state.Join(message.Relay, message.JoinNumber))
        {
            return;
        }

        Forget(message.Relay, before);
        var link = new RelayLink(relay, _localRelays.Find(message.Relay), _peers.Of(relay));
        link.Peer?.Theirs.Add(new JoinKey(_name, message.Relay, message.JoinNumber));
        _links[message.Relay] = link;
        Touch(MonotonicClock.Now);
        relay.Tell(new ChannelJoined(_name, message.Relay, message.JoinNumber, _state.Head));
    }

    private void OnLeave(LeaveChannel message)
    {
        if (_state!.Leave(message.Relay, message.JoinNumber))
        {
            Forget(message.Relay, message.JoinNumber);
        }

        Touch(MonotonicClock.Now);
    }

    private void OnNodeLost(Address node)
    {
        foreach (var (relay, joinNumber) in _state!.Relays.ToList())
        {
            if (_links[relay].Peer?.Address == node && _state.Leave(relay, joinNumber))
            {
                Forget(relay, joinNumber);
            }
        }

        Account();
    }

    private void Forget(RelayId relay, long? joinNumber)
    {
        if (joinNumber is { } ended && _links.Remove(relay, out var link))
        {
            link.Peer?.Theirs.Remove(new JoinKey(_name, relay, ended));
        }
    }

    private void OnRead(ReadHistory message)
    {
        if (!_state!.IsJoined(message.Relay, message.JoinNumber))
        {
            return;
        }

        _ = AnswerAsync(_reader!.ReadAsync(message), Sender);
    }

    private static async Task AnswerAsync<T>(ValueTask<T> reading, IActorRef asker)
    {
        try
        {
            asker.Tell(await reading);
        }
        catch (HistoryStoreException)
        {
            // The store says what is wrong; whoever asked asks again.
        }
    }

    private void OnTidy(ChannelCommands.Tidy message)
    {
        _state!.Trim(MonotonicClock.Now);
        Account();
        if (_entry.IsIdle && _entry.ActiveAt <= message.IdleSince)
        {
            Context.GetLogger().Debug("Channel leaves: idle.");
            Context.Parent.Tell(new Passivate(ChannelCommands.Stop.Instance));
        }
    }

    private void StopIfDone()
    {
        if (_isStopping && !IsPending && _claiming is null)
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
        _local.Update(_entry, _state!.History.Bytes);
        _entry.OldestStored = _state.History.OldestStored ?? long.MaxValue;
        _entry.ForgetAt = _state.ForgetAt ?? long.MaxValue;
        _entry.IsIdle = _state.Relays.Count == 0 && !IsPending && _claiming is null && (_store.IsDurable || _state.History.Count == 0);
    }
}
