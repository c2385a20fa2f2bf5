using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.AntiEntropy;
using Notify.Protocol;

namespace Notify.Broker.Relays;

/// <summary>What a relay keeps of one channel that has local subscribers.</summary>
internal sealed class RelayChannel(string name, long joinNumber)
{
    /// <summary>How many notifications above a hole are held.</summary>
    public const int MaxBuffered = 256;

    /// <summary>How many bytes above a hole are held.</summary>
    public const int MaxBufferedBytes = 1 << 20;

    private SortedDictionary<long, Notification>? _buffered;
    private Position? _position;
    private int _bufferedBytes;

    public string Name { get; } = name;

    /// <summary>The join that counts; whatever carries another number is ignored.</summary>
    public long JoinNumber { get; set; } = joinNumber;

    /// <summary>Whether the owner has not yet answered the join that counts.</summary>
    public bool IsJoining { get; set; } = true;

    /// <summary>Whether the join that counts was sent, and not only put in the queue of those that wait for their turn.</summary>
    public bool IsJoinSent { get; set; }

    /// <summary>The node of the owner that answered the join; null when that is this node, or nobody yet.</summary>
    public Peer? Owner { get; private set; }

    /// <summary>What every subscriber of this relay has; null until the first join is answered.</summary>
    public Position? Position
    {
        get => _position;
        set => (_position, NewestId) = (value, null);
    }

    /// <summary>The identity of the notification at <see cref="Position"/>; null when this relay was only told the place.</summary>
    public PublishId? NewestId { get; private set; }

    /// <summary>The newest notification that this relay knows to be kept, or null.</summary>
    public KnownNotification? Known => Position is { Offset: > 0 } position ? new KnownNotification(position, NewestId) : null;

    /// <summary>The end of the hole that is being read; null when there is none.</summary>
    public long? ReadingUpTo { get; set; }

    /// <summary>When the join or the read was last sent, in milliseconds of a monotonic clock.</summary>
    public long SentAt { get; set; }

    public SubscriptionList Subscriptions { get; } = new();

    /// <summary>Who waits for the owner's answer.</summary>
    public List<WaitingJoin>? Waiting { get; set; }

    /// <summary>Those who are told what they missed; null when there is nobody.</summary>
    public Replay? Replay { get; set; }

    /// <summary>Whether the tick has something to send again or to give up.</summary>
    public bool IsPending => IsJoining || ReadingUpTo is not null || Replay is { IsReading: true };

    /// <summary>How many have joined, live or behind.</summary>
    public int Subscribers => Subscriptions.Count + (Replay?.Count ?? 0);

    public bool IsEmpty => Subscriptions.Count == 0 && Waiting is not { Count: > 0 } && Replay is not { IsEmpty: false };

    /// <summary>Every subscriber has, or is being told, <paramref name="notification"/>.</summary>
    public void Advance(Notification notification) => (Position, NewestId) = (notification.Position, notification.Id);

    /// <summary>Notes where the owner lives, so that both nodes can compare what they know.</summary>
    public void SetOwner(RelayId relay, Peer? owner)
    {
        var join = new JoinKey(Name, relay, JoinNumber);
        Owner?.Mine.Remove(join);
        Owner = owner;
        owner?.Mine.Add(join);
    }

    /// <summary>Keeps a notification that came before its predecessor. What does not fit is dropped: it is read from the history.</summary>
    public void BufferOutOfOrder(Notification notification)
    {
        _buffered ??= [];
        if (_buffered.Count < MaxBuffered && _bufferedBytes + notification.Cost <= MaxBufferedBytes && _buffered.TryAdd(notification.Offset, notification))
        {
            _bufferedBytes += notification.Cost;
        }
    }

    /// <summary>Takes the held notification at <paramref name="offset"/>, and forgets those below it.</summary>
    public Notification? DequeueBuffered(long offset)
    {
        while (_buffered is { Count: > 0 })
        {
            var (lowest, notification) = _buffered.First();
            if (lowest > offset)
            {
                return null;
            }

            _buffered.Remove(lowest);
            _bufferedBytes -= notification.Cost;
            if (lowest == offset)
            {
                return notification;
            }
        }

        _buffered = null;
        return null;
    }

    /// <summary>The lowest offset that is held, or null.</summary>
    public long? LowestBuffered => _buffered is { Count: > 0 } ? _buffered.First().Key : null;

    /// <summary>
    /// Forgets what is held of other lives of the channel: a late message may have started one owner more, which then told under the
    /// same join.
    /// </summary>
    public void DropBufferedOfOtherEpochs(string epoch)
    {
        foreach (var notification in _buffered?.Values.Where(held => held.Position.Epoch != epoch).ToList() ?? [])
        {
            _buffered!.Remove(notification.Offset);
            _bufferedBytes -= notification.Cost;
        }
    }

    public void DropBuffered()
    {
        _buffered = null;
        _bufferedBytes = 0;
    }

    /// <summary>Takes a subscriber in: live at once, or behind a cursor when there is something to be told first.</summary>
    /// <param name="join">Who joins; <see cref="Position"/> is known.</param>
    /// <param name="newReplay">Makes what tells those who missed something.</param>
    /// <param name="now">The time.</param>
    public void Subscribe(WaitingJoin join, Func<RelayChannel, Replay> newReplay, long now)
    {
        var position = Position!.Value;
        var (subscription, reply, since, _) = join;
        if (since is null && subscription.Cursor is { } cursor)
        {
            AnswerAgain(cursor, reply);
            return;
        }

        var after = since switch
        {
            Since.Earliest => ReadHistory.Earliest,

            // Also one above the relay's own position: another relay may have told more than this one has heard of yet. The owner knows.
            Since.After known when known.Epoch == position.Epoch => known.Offset,
            _ => position.Offset,
        };
        if (after != position.Offset)
        {
            Detach(subscription);
            Replay ??= newReplay(this);
            Replay.Start(new ReplayCursor(subscription, reply, after, now), now);
            return;
        }

        if (!SubscriptionList.Contains(subscription))
        {
            Detach(subscription);
            Subscriptions.Add(subscription);
        }

        reply?.Joined(subscription.Subscriber, position, recovered: since is Since.After named && named.Epoch == position.Epoch && named.Offset == after);
    }

    /// <summary>Lets a subscriber go. A join of it that is overtaken so is answered all the same.</summary>
    /// <returns>How many joins ended so.</returns>
    public int Leave(Subscription subscription)
    {
        var ended = 0;
        foreach (var join in Waiting?.FindAll(join => ReferenceEquals(join.Subscription, subscription)) ?? [])
        {
            ended++;
            Waiting!.Remove(join);
            join.Reply?.Failed(subscription.Subscriber, JoinErrors.Left);
        }

        foreach (var reply in subscription.Cursor?.Replies ?? [])
        {
            reply.Failed(subscription.Subscriber, JoinErrors.Left);
        }

        Detach(subscription);
        return ended;
    }

    /// <summary>The channel goes on from <paramref name="position"/>, and something before it is lost: every subscriber hears that.</summary>
    public void ResetPosition(Position position)
    {
        var isSameLife = Position is { } before && before.Epoch == position.Epoch && before.Offset < position.Offset;
        Position = position;
        Subscriptions.Reset(Name, position);
        if (isSameLife)
        {
            Replay?.FailBelow(position.Offset);
        }
        else
        {
            Replay?.FailAll();
        }
    }

    /// <summary>Fails the joins and the replays that have waited for the owner since <paramref name="before"/>.</summary>
    /// <returns>The subscribers whose joins ended.</returns>
    public IReadOnlyList<ISubscriber> FailOverdueJoins(long before)
    {
        var overdue = Waiting?.FindAll(join => join.At <= before) ?? [];
        Waiting?.RemoveAll(overdue.Contains);
        foreach (var join in overdue)
        {
            FailJoin(join.Subscription, join.Reply is { } reply ? [reply] : []);
        }

        foreach (var cursor in Replay?.TimedOut(before) ?? [])
        {
            Replay!.Remove(cursor);
            FailJoin(cursor.Subscription, cursor.Replies);
        }

        return [.. overdue.Select(join => join.Subscription.Subscriber)];
    }

    // A client that did not ask for an acknowledgement can only be told by the end of its connection.
    private static void FailJoin(Subscription subscription, List<JoinReply> replies)
    {
        foreach (var reply in replies)
        {
            reply.Failed(subscription.Subscriber, JoinErrors.Unavailable);
        }

        if (replies.Count == 0)
        {
            subscription.Subscriber.End(EndReason.Unavailable);
        }
    }

    private void AnswerAgain(ReplayCursor cursor, JoinReply? reply)
    {
        if (cursor.IsRecoveryAnnounced)
        {
            reply?.Joined(cursor.Subscription.Subscriber, Position!.Value with { Offset = cursor.Offset }, recovered: true);
        }
        else if (reply is not null)
        {
            cursor.Replies.Add(reply);
        }
    }

    private void Detach(Subscription subscription)
    {
        Subscriptions.Remove(subscription);
        if (subscription.Cursor is { } cursor)
        {
            Replay?.Remove(cursor);
        }
    }
}
