using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.AntiEntropy;
using Notify.Protocol;

namespace Notify.Broker.Relays;

/// <summary>
/// Decides which channels a relay joins and what its sockets receive, in order. <see cref="GapFiller"/> keeps each channel without gaps,
/// <see cref="Replay"/> sends missed notifications. It has no actor, clock or socket: time comes as an argument, in milliseconds of a
/// monotonic clock, and messages leave by <paramref name="send"/>, so that the same decisions run in the simulation.
/// </summary>
/// <param name="id">Identifies this incarnation of the relay.</param>
/// <param name="limits">The times and limits.</param>
/// <param name="send">Sends a message to a channel's owner.</param>
/// <param name="awaitRoom">Has <see cref="Continue"/> called when the socket of a subscription to a channel has room.</param>
/// <param name="gapFound">Counts a gap.</param>
/// <param name="joinEnded">Called once for each join of a subscriber, when it is answered or ends without an answer.</param>
/// <param name="refused">Counts a join that exceeds <see cref="RelayLimits.MaxChannels"/>.</param>
public sealed class RelayState(
    RelayId id,
    RelayLimits limits,
    Action<IChannelMessage> send,
    Action<string, Subscription> awaitRoom,
    Action gapFound,
    Action<ISubscriber> joinEnded,
    Action? refused = null)
{
    private readonly Dictionary<string, RelayChannel> _channels = [];
    private readonly HashSet<RelayChannel> _pending = [];
    private readonly JoinThrottle _turns = new(limits.MaxJoins);
    private readonly GapFiller _gaps = new(
        (channel, after, upTo) => send(new ReadHistory(channel.Name, id, channel.JoinNumber, after, upTo)), gapFound);

    private readonly long _retryInterval = (long)limits.RetryInterval.TotalMilliseconds;
    private readonly long _joinTimeout = (long)limits.JoinTimeout.TotalMilliseconds;
    private long _joins;

    /// <summary>How many channels have local subscribers.</summary>
    public int Channels => _channels.Count;

    /// <summary>How many joins and reads are not answered yet.</summary>
    public int Pending => _pending.Count;

    /// <summary>How many sockets have joined a channel.</summary>
    public int Count(string name) => _channels.TryGetValue(name, out var channel) ? channel.Subscribers : 0;

    /// <summary>
    /// A socket joins a channel, from now on or from a position on. One that has joined already is only answered, unless it says from
    /// where on: then it is told from there.
    /// </summary>
    public void Subscribe(string name, Subscription subscription, Since? since, JoinReply? reply, long now)
    {
        if (!_channels.TryGetValue(name, out var channel))
        {
            if (_channels.Count >= limits.MaxChannels)
            {
                refused?.Invoke();
                reply?.Failed(subscription.Subscriber, JoinErrors.Limit);
                joinEnded(subscription.Subscriber);
                return;
            }

            channel = new RelayChannel(name, ++_joins);
            _channels.Add(name, channel);
            BeginJoin(channel, now);
        }

        var join = new WaitingJoin(subscription, reply, since, now);
        if (channel.Position is null)
        {
            (channel.Waiting ??= []).Add(join);
        }
        else
        {
            Subscribe(channel, join, now);
        }
    }

    /// <summary>The socket of a subscriber that is told what it missed has room for more.</summary>
    public void Continue(string name, Subscription subscription, long now)
    {
        if (_channels.TryGetValue(name, out var channel) && !channel.IsJoining)
        {
            channel.Replay?.Continue(subscription, now);
            Track(channel);
        }
    }

    /// <summary>A socket leaves a channel; nothing more of it is told to that socket.</summary>
    public void Unsubscribe(string name, Subscription subscription)
    {
        if (!_channels.TryGetValue(name, out var channel))
        {
            return;
        }

        for (var ended = channel.Leave(subscription); ended > 0; ended--)
        {
            joinEnded(subscription.Subscriber);
        }

        LeaveIfEmpty(channel);
    }

    /// <summary>The owner answered a join.</summary>
    /// <param name="message">The answer.</param>
    /// <param name="owner">The node where it lives; null for this one.</param>
    /// <param name="now">The time.</param>
    public void OnJoined(ChannelJoined message, Peer? owner, long now)
    {
        if (ResolveOrRejectJoin(message) is not { IsJoining: true } channel)
        {
            return;
        }

        _turns.End(channel);
        channel.SetOwner(id, owner);
        channel.DropBufferedOfOtherEpochs(message.Head.Epoch);
        Track(channel);
        var known = channel.Position;
        if (known is null)
        {
            channel.Position = message.Head;
        }
        else if (known is { Offset: 0 } nothing && InitialEpoch.AreOfOneChannel(nothing.Epoch, message.Head.Epoch))
        {
            // Nothing had been sent to the channel, and another owner gives it an epoch of its own.
            channel.Position = message.Head with { Offset = 0 };
        }
        else if (known.Value.Epoch != message.Head.Epoch || known.Value.Offset > message.Head.Offset)
        {
            channel.ResetPosition(message.Head);
        }

        Answer(channel, now);
        channel.Replay?.Resume(now);
        LeaveIfEmpty(channel);
        _gaps.Advance(channel, message.Head.Offset, now);
        Track(channel);
        SendNext(now);
    }

    /// <summary>The owner told a notification.</summary>
    public void OnDeliver(Deliver message, long now)
    {
        if (ResolveOrRejectJoin(message) is not { } channel)
        {
            return;
        }

        var notification = message.Notification;
        if (channel.IsJoining || channel.Position is null)
        {
            // The answer to the join was overtaken or lost; it comes again, and says from where this counts.
            channel.BufferOutOfOrder(notification);
            return;
        }

        if (!RejoinIfDifferentEpoch(channel, notification.Position, now) && _gaps.Deliver(channel, notification, now))
        {
            Track(channel);
        }
    }

    /// <summary>The owner answered a read.</summary>
    public void OnPage(HistoryPage message, long now)
    {
        if (ResolveOrRejectJoin(message) is not { Position: { } position } channel)
        {
            return;
        }

        _gaps.Fill(channel, message, now);
        if (message.Notifications is not null && message.From.Epoch == position.Epoch)
        {
            // A client has more than this relay: what lies between was lost on the way, or is about to come.
            _gaps.Advance(channel, message.From.Offset, now);
        }

        channel.Replay?.OnPage(message, now);
        Track(channel);
        LeaveIfEmpty(channel);
    }

    /// <summary>The owner stops: join again, wherever the channel lives next.</summary>
    public void OnChannelStopped(ChannelStopped message, long now)
    {
        if (ResolveOrRejectJoin(message) is { } channel)
        {
            JoinAgain(channel, now);
        }
    }

    /// <summary>A node is no member any more: what lived there is joined again.</summary>
    public void OnOwnerLost(Peer owner, long now)
    {
        foreach (var channel in _channels.Values.Where(channel => channel.Owner == owner).ToList())
        {
            JoinAgain(channel, now);
        }
    }

    /// <summary>The owner says how far this relay was told. What it does not have was lost on the way.</summary>
    public void OnAnnounced(OffsetAnnouncement message, long now)
    {
        if (ResolveOrRejectJoin(message) is { IsJoining: false, Position: not null } channel && !RejoinIfDifferentEpoch(channel, message.Position, now))
        {
            _gaps.Advance(channel, message.Position.Offset, now);
            Track(channel);
        }
    }

    /// <summary>The owner has a join that this node did not list; when it is not there, the owner is told.</summary>
    public void OnProbe(ProbeJoin message)
    {
        if (message.Relay != id)
        {
            // That relay has failed, and this one is in its place.
            send(new LeaveChannel(message.Channel, message.Relay, message.JoinNumber));
            return;
        }

        ResolveOrRejectJoin(message);
    }

    /// <summary>Sends again what was not answered, and gives up joins that take too long. To be called a few times a retry interval.</summary>
    public void Tick(long now)
    {
        foreach (var channel in _pending.ToList())
        {
            FailOverdueJoins(channel, now);
            if (!_channels.ContainsKey(channel.Name))
            {
                continue;
            }

            var isDue = now - channel.SentAt >= _retryInterval;
            if (channel is { IsJoining: true, IsJoinSent: true } && isDue)
            {
                SendJoin(channel, now);
            }
            else if (channel.ReadingUpTo is not null && isDue)
            {
                _gaps.Read(channel, now);
            }

            channel.Replay?.AskAgain(now - _retryInterval, now);
            Track(channel);
        }

        SendNext(now);
    }

    /// <summary>Ends every socket: this relay stops.</summary>
    public void End(EndReason reason)
    {
        foreach (var channel in _channels.Values)
        {
            foreach (var join in channel.Waiting ?? [])
            {
                join.Subscription.Subscriber.End(reason);
                joinEnded(join.Subscription.Subscriber);
            }

            channel.Replay?.End(reason);
            channel.Subscriptions.End(reason);
        }

        foreach (var channel in _channels.Values)
        {
            channel.SetOwner(id, null);
        }

        _channels.Clear();
        _pending.Clear();
        _turns.Clear();
    }

    // A message of a join that does not count any more is ignored; of a channel that was left, the owner is told once more.
    private RelayChannel? ResolveOrRejectJoin(IRelayMessage message)
    {
        if (message.Relay != id)
        {
            return null;
        }

        if (_channels.TryGetValue(message.Channel, out var channel))
        {
            return channel.JoinNumber == message.JoinNumber ? channel : null;
        }

        if (message is not ChannelStopped)
        {
            send(new LeaveChannel(message.Channel, id, message.JoinNumber));
        }

        return null;
    }

    // A join that was delayed or doubled may have reached an owner that came after the one that answered it, or one that a late message
    // has started beside it. Only who is asked again can say which of them counts.
    private bool RejoinIfDifferentEpoch(RelayChannel channel, Position told, long now)
    {
        if (told.Epoch == channel.Position!.Value.Epoch)
        {
            return false;
        }

        JoinAgain(channel, now);
        return true;
    }

    private void Answer(RelayChannel channel, long now)
    {
        var waiting = channel.Waiting;
        channel.Waiting = null;
        foreach (var join in waiting ?? [])
        {
            Subscribe(channel, join, now);
        }
    }

    private void Subscribe(RelayChannel channel, WaitingJoin join, long now)
    {
        channel.Subscribe(join, NewReplay, now);
        joinEnded(join.Subscription.Subscriber);
        Track(channel);
    }

    private Replay NewReplay(RelayChannel channel) => new(
        channel,
        (of, after) => send(new ReadHistory(of.Name, id, of.JoinNumber, after, of.Position!.Value.Offset)),
        AwaitRoom);

    private void AwaitRoom(RelayChannel channel, Subscription subscription) => awaitRoom(channel.Name, subscription);

    // Keeps the list of channels that the tick looks at true, and forgets what is empty.
    private void Track(RelayChannel channel)
    {
        if (channel.Replay is { IsEmpty: true })
        {
            channel.Replay = null;
        }

        if (channel.IsPending && _channels.ContainsKey(channel.Name))
        {
            _pending.Add(channel);
        }
        else
        {
            _pending.Remove(channel);
        }
    }

    private void FailOverdueJoins(RelayChannel channel, long now)
    {
        foreach (var subscriber in channel.FailOverdueJoins(now - _joinTimeout))
        {
            joinEnded(subscriber);
        }

        LeaveIfEmpty(channel);
    }

    private void LeaveIfEmpty(RelayChannel channel)
    {
        if (channel.IsEmpty && _channels.Remove(channel.Name))
        {
            _pending.Remove(channel);
            _turns.End(channel);
            channel.SetOwner(id, null);
            send(new LeaveChannel(channel.Name, id, channel.JoinNumber));
        }
    }

    private void JoinAgain(RelayChannel channel, long now)
    {
        _turns.End(channel);
        channel.SetOwner(id, null);
        channel.JoinNumber = ++_joins;
        channel.IsJoining = true;
        channel.ReadingUpTo = null;
        channel.DropBuffered();
        channel.Replay?.ForgetReads();
        BeginJoin(channel, now);
    }

    private void BeginJoin(RelayChannel channel, long now)
    {
        _pending.Add(channel);
        if (_turns.TryBegin(channel))
        {
            SendJoin(channel, now);
        }
    }

    private void SendNext(long now)
    {
        while (_turns.Next() is { } channel)
        {
            BeginJoin(channel, now);
        }
    }

    private void SendJoin(RelayChannel channel, long now)
    {
        channel.SentAt = now;
        _pending.Add(channel);
        send(new JoinChannel(channel.Name, id, channel.JoinNumber, channel.Known));
    }
}
