using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Trails;
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
/// <param name="deliveries">Counts the deliveries.</param>
/// <param name="refused">Counts a join that exceeds <see cref="RelayLimits.MaxChannels"/>.</param>
/// <param name="trail">Records the deliveries; null for no trail.</param>
public sealed class RelayState(
    RelayId id,
    RelayLimits limits,
    Action<IChannelMessage> send,
    Action<string, Subscription> awaitRoom,
    Action gapFound,
    Action<ISubscriber> joinEnded,
    DeliveryCounter deliveries,
    Action? refused = null,
    RelayTrail? trail = null)
{
    private readonly Dictionary<string, RelayChannel> _channels = [];
    private readonly OwnerJoins _joins = new(id, limits.MaxJoins, send);
    private readonly GapFiller _gaps = new(
        (channel, after, upTo) => send(Read(id, channel, after, upTo)), gapFound, deliveries, trail);
    private readonly long _retryInterval = (long)limits.RetryInterval.TotalMilliseconds;
    private readonly long _joinTimeout = (long)limits.JoinTimeout.TotalMilliseconds;

    /// <summary>Gets the number of channels with local subscribers.</summary>
    public int Channels => _channels.Count;

    /// <summary>Gets the number of channels with an unanswered join or read.</summary>
    public int Pending => _joins.Pending.Count;

    /// <summary>Gets the number of sockets that have joined a channel.</summary>
    public int Count(string name) => _channels.TryGetValue(name, out var channel) ? channel.Subscribers : 0;

    /// <summary>Gets the sockets that have joined a channel.</summary>
    public IReadOnlyList<ISubscriber> SubscribersOf(string name) =>
        _channels.TryGetValue(name, out var channel) ? channel.AllSubscribers : [];

    /// <summary>
    /// Gets the position up to which notifications of a channel were queued for a subscription; null while its join is not answered.
    /// </summary>
    public Position? PositionOf(string name, Subscription subscription) =>
        _channels.TryGetValue(name, out var channel) ? channel.PositionOf(subscription) : null;

    /// <summary>
    /// Subscribes a socket to a channel, from now or from a position. A socket that has joined already only receives an answer, unless the
    /// join has a position: then the notifications after it are sent again.
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

            channel = _joins.Add(name, now);
            _channels.Add(name, channel);
        }

        var join = new WaitingJoin(
            subscription, subscription.WantsInbox ? new InboxJoinReply(channel, subscription, reply) : reply, since, now);
        if (channel.Position is null)
        {
            (channel.Waiting ??= []).Add(join);
        }
        else
        {
            Subscribe(channel, join, now);
        }
    }

    /// <summary>Continues a replay: the subscriber's socket has room for more.</summary>
    public void Continue(string name, Subscription subscription, long now)
    {
        if (_channels.TryGetValue(name, out var channel) && !channel.IsJoining)
        {
            channel.Replay?.Continue(subscription, now);
            Track(channel);
        }
    }

    /// <summary>Removes a socket from a channel. The socket receives nothing more of it.</summary>
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

    /// <summary>Handles the owner's answer to a join.</summary>
    /// <param name="message">The answer.</param>
    /// <param name="owner">The owner's node; null for this one.</param>
    /// <param name="now">The time.</param>
    public void OnJoined(ChannelJoined message, Peer? owner, long now)
    {
        if (ResolveOrRejectJoin(message) is not { IsJoining: true } channel)
        {
            return;
        }

        _joins.End(channel);
        channel.SetOwner(id, owner);
        channel.DropBufferedOfOtherEpochs(message.Head.Epoch);
        Track(channel);
        if (channel.Position is not { } known)
        {
            channel.Position = message.Head;
        }
        else if (known.Offset == 0 && InitialEpoch.AreOfOneChannel(known.Epoch, message.Head.Epoch))
        {
            // Nothing had been published to the channel, and another owner gave it an epoch of its own.
            channel.Position = message.Head with { Offset = 0 };
        }
        else if (known.Epoch != message.Head.Epoch || known.Offset > message.Head.Offset)
        {
            channel.ResetPosition(message.Head);
        }

        channel.Inbox?.OnJoined(now);
        Answer(channel, now);
        channel.Replay?.Resume(now);
        LeaveIfEmpty(channel);
        _gaps.Advance(channel, message.Head.Offset, now);
        channel.Inbox?.Advance();
        Track(channel);
        _joins.SendNext(now);
    }

    /// <summary>Handles a notification from the owner.</summary>
    /// <param name="message">The notification.</param>
    /// <param name="stamp">The moment from which the duration of its delivery counts.</param>
    /// <param name="now">The time.</param>
    public void OnDeliver(Deliver message, DeliveryStamp stamp, long now)
    {
        if (ResolveOrRejectJoin(message) is not { } channel)
        {
            return;
        }

        var notification = message.Notification;
        if (channel.IsJoining || channel.Position is null)
        {
            // The answer to the join was overtaken or lost. It is repeated, and contains the position from which deliveries count.
            channel.BufferOutOfOrder(notification);
            return;
        }

        if (!_joins.JoinAgainIfMoved(channel, notification.Position, now))
        {
            if (_gaps.Deliver(channel, notification, stamp, now))
            {
                Track(channel);
            }

            channel.Inbox?.Advance();
        }
    }

    /// <summary>Handles what the owner tells of an inbox.</summary>
    public void OnInbox(InboxTold message, long now)
    {
        if (ResolveOrRejectJoin(message) is { IsJoining: false, Inbox: { } inbox, Position: not null } channel
            && !_joins.JoinAgainIfMoved(channel, message.Head, now))
        {
            inbox.Take(message);
            _gaps.Advance(channel, message.Head.Offset, now);
            inbox.Advance();
            Track(channel);
        }
    }

    /// <summary>Handles that notifications are gone from an inbox.</summary>
    public void OnRemoved(ItemsRemoved message) => ResolveOrRejectJoin(message)?.DropBuffered(message.Epoch, message.Offsets);

    /// <summary>Handles the owner's answer to a read.</summary>
    public void OnPage(HistoryPage message, long now)
    {
        if (ResolveOrRejectJoin(message) is not { Position: { } position } channel)
        {
            return;
        }

        _gaps.Fill(channel, message, now);
        if (message.Notifications is not null && message.From.Epoch == position.Epoch)
        {
            // A client is ahead of this relay: the notifications between were lost, or are about to arrive.
            _gaps.Advance(channel, message.From.Offset, now);
        }

        channel.Replay?.OnPage(message, now);
        channel.Inbox?.Advance();
        Track(channel);
        LeaveIfEmpty(channel);
    }

    /// <summary>Joins the channel again: its owner stops.</summary>
    public void OnChannelStopped(ChannelStopped message, long now)
    {
        if (ResolveOrRejectJoin(message) is { } channel)
        {
            _joins.JoinAgain(channel, now);
        }
    }

    /// <summary>Joins the channels of a node that left the cluster again. Returns their number.</summary>
    public int OnOwnerLost(Peer owner, long now)
    {
        RelayChannel[] lost = [.. _channels.Values.Where(channel => channel.Owner == owner)];
        Array.ForEach(lost, channel => _joins.JoinAgain(channel, now));
        return lost.Length;
    }

    /// <summary>Handles the latest offset that the owner delivered to this relay. Notifications that this relay lacks were lost.</summary>
    /// <returns>Whether the state of an inbox was lost, so that the owner is asked again.</returns>
    public bool OnAnnounced(OffsetAnnouncement message, long now)
    {
        if (ResolveOrRejectJoin(message) is not { IsJoining: false, Position: not null } channel
            || _joins.JoinAgainIfMoved(channel, message.Position, now))
        {
            return false;
        }

        _gaps.Advance(channel, message.Position.Offset, now);
        var isAsked = channel.Inbox?.OnAnnounced(message, now) == true;
        Track(channel);
        return isAsked;
    }

    /// <summary>Handles a join that the owner has and this node did not list. A relay that has not joined sends a leave.</summary>
    public void OnProbe(ProbeJoin message)
    {
        if (message.Relay != id)
        {
            // The join belongs to a failed relay, which this one replaced.
            send(new LeaveChannel(message.Channel, message.Relay, message.JoinNumber));
            return;
        }

        ResolveOrRejectJoin(message);
    }

    /// <summary>Repeats unanswered requests and fails overdue joins. Call it a few times per retry interval.</summary>
    public void Tick(long now)
    {
        foreach (var channel in _joins.Pending.ToList())
        {
            FailOverdueJoins(channel, now);
            if (!_channels.ContainsKey(channel.Name))
            {
                continue;
            }

            var isDue = now - channel.SentAt >= _retryInterval;
            if (channel is { IsJoining: true, IsJoinSent: true } && isDue)
            {
                _joins.Send(channel, now);
            }
            else if (channel.ReadingUpTo is not null && isDue)
            {
                _gaps.Read(channel, now);
            }

            channel.Inbox?.WatchAgain(now - _retryInterval, now);
            channel.Replay?.RetryReads(now - _retryInterval, now);
            Track(channel);
        }

        _joins.SendNext(now);
    }

    /// <summary>Ends every socket, because this relay stops.</summary>
    public void End(EndReason reason)
    {
        foreach (var channel in _channels.Values)
        {
            channel.End(id, reason, joinEnded);
        }

        _channels.Clear();
        _joins.Clear();
    }

    // Ignores a message of a join that no longer counts. If the channel was left, sends the owner another leave.
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
        if (join.Subscription.WantsInbox && channel.Inbox is null)
        {
            (channel.Inbox = new(channel, () => send(new WatchInbox(channel.Name, id, channel.JoinNumber)))).Watch(now);
        }

        Track(channel);
    }

    private Replay NewReplay(RelayChannel channel) => new(
        channel,
        (of, after) => send(Read(id, of, after, of.Position!.Value.Offset)),
        (of, subscription) => awaitRoom(of.Name, subscription),
        deliveries,
        trail);

    // Updates the list of channels that the tick examines, and removes a channel without subscribers.
    private void Track(RelayChannel channel)
    {
        if (channel.Replay is { IsEmpty: true })
        {
            channel.Replay = null;
        }

        _joins.Track(channel, channel.IsPending && _channels.ContainsKey(channel.Name));
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
            _joins.Leave(channel);
        }
    }

    // A read that waits for an answer may reach an owner of a later epoch.
    private static ReadHistory Read(RelayId id, RelayChannel channel, long after, long upTo) =>
        new(channel.Name, id, channel.JoinNumber, after, upTo, channel.Position!.Value.Epoch);
}
