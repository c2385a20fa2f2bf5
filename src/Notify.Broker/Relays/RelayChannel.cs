using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Protocol;

namespace Notify.Broker.Relays;

/// <summary>Holds the state of one channel with local subscribers.</summary>
internal sealed class RelayChannel(string name, long joinNumber)
{
    /// <summary>The maximum number of notifications that are buffered after a gap.</summary>
    public const int MaxBuffered = 256;

    /// <summary>The maximum number of bytes that are buffered after a gap.</summary>
    public const int MaxBufferedBytes = 1 << 20;

    private SortedDictionary<long, Notification>? _buffered;
    private Position? _position;
    private int _bufferedBytes;

    public string Name { get; } = name;

    /// <summary>Gets or sets the number of the join that counts. Messages with another number are ignored.</summary>
    public long JoinNumber { get; set; } = joinNumber;

    /// <summary>Gets or sets whether the join that counts is not answered yet.</summary>
    public bool IsJoining { get; set; } = true;

    /// <summary>Gets or sets whether the join that counts was sent, rather than queued by the throttle.</summary>
    public bool IsJoinSent { get; set; }

    /// <summary>Gets the node of the owner that answered the join; null if that is this node, or none has answered yet.</summary>
    public Peer? Owner { get; private set; }

    /// <summary>Gets or sets the position that every live subscriber has reached; null until the first join is answered.</summary>
    public Position? Position
    {
        get => _position;
        set => (_position, NewestId) = (value, null);
    }

    /// <summary>Gets the publish id of the notification at <see cref="Position"/>; null if this relay knows only the position.</summary>
    public PublishId? NewestId { get; private set; }

    /// <summary>Gets the newest notification that this relay knows to be stored, or null.</summary>
    public KnownNotification? Known => Position is { Offset: > 0 } position ? new KnownNotification(position, NewestId) : null;

    /// <summary>Gets or sets the end of the gap that is being read; null if there is none.</summary>
    public long? ReadingUpTo { get; set; }

    /// <summary>
    /// Gets or sets the newest offset that the owner is known to have reached since the join; 0 for none. It may become known while an
    /// earlier gap is read, and the owner may not announce it again.
    /// </summary>
    public long Newest { get; set; }

    /// <summary>Gets or sets when the join or the read was last sent, in milliseconds of a monotonic clock.</summary>
    public long SentAt { get; set; }

    public SubscriptionList Subscriptions { get; } = new();

    /// <summary>Gets or sets the joins that wait for the owner's answer.</summary>
    public List<WaitingJoin>? Waiting { get; set; }

    /// <summary>Gets or sets the replay to the subscribers that are behind; null if there are none.</summary>
    public Replay? Replay { get; set; }

    /// <summary>Gets or sets the marks of an inbox; null when no subscriber wants them.</summary>
    public RelayInbox? Inbox { get; set; }

    /// <summary>Gets the subscriptions that are told of the marks, live or behind.</summary>
    public IEnumerable<Subscription> InboxSubscriptions =>
        Subscriptions.All.Concat(Replay?.Subscriptions ?? []).Where(static subscription => subscription.WantsInbox);

    /// <summary>Gets whether the tick may have to repeat a request or to time out a join.</summary>
    public bool IsPending =>
        IsJoining || ReadingUpTo is not null || Replay is { IsReading: true } || Inbox is { IsWaiting: true };

    /// <summary>Gets the number of subscribers, live or behind.</summary>
    public int Subscribers => Subscriptions.Count + (Replay?.Count ?? 0);

    /// <summary>Gets the subscribers, live or behind.</summary>
    public IReadOnlyList<ISubscriber> AllSubscribers => [.. Subscriptions.Subscribers, .. Replay?.Subscribers ?? []];

    public bool IsEmpty => Subscriptions.Count == 0 && Waiting is not { Count: > 0 } && Replay is not { IsEmpty: false };

    /// <summary>Gets the position that a subscription has reached; null while its join is not answered.</summary>
    public Position? PositionOf(Subscription subscription) => subscription.Cursor switch
    {
        { IsRecoveryAnnounced: true } cursor => Position!.Value with { Offset = cursor.Offset },
        null when SubscriptionList.Contains(subscription) => Position,
        _ => null,
    };

    /// <summary>Moves the position to <paramref name="notification"/>, which is delivered to every live subscriber.</summary>
    public void Advance(Notification notification) => (Position, NewestId) = (notification.Position, notification.Id);

    /// <summary>Records the owner's node, so that the anti-entropy between both nodes compares this join.</summary>
    public void SetOwner(RelayId relay, Peer? owner)
    {
        var join = new JoinKey(Name, relay, JoinNumber);
        Owner?.Mine.Remove(join);
        Owner = owner;
        owner?.Mine.Add(join);
    }

    /// <summary>
    /// Buffers a notification that came before its predecessor. One that does not fit is dropped and later read from the history.
    /// </summary>
    public void BufferOutOfOrder(Notification notification)
    {
        _buffered ??= [];
        if (_buffered.Count < MaxBuffered
            && _bufferedBytes + notification.Cost <= MaxBufferedBytes
            && _buffered.TryAdd(notification.Offset, notification))
        {
            _bufferedBytes += notification.Cost;
        }
    }

    /// <summary>Removes and returns the buffered notification at <paramref name="offset"/>, and drops those before it.</summary>
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

    /// <summary>Drops buffered notifications that are gone from the inbox. A page of the history leaves them out.</summary>
    public void DropBuffered(string epoch, RangeSet gone) =>
        DropBuffered(each => each.Position.Epoch == epoch && gone.Contains(each.Offset));

    /// <summary>Gets the lowest buffered offset, or null.</summary>
    public long? LowestBuffered => _buffered is { Count: > 0 } ? _buffered.First().Key : null;

    /// <summary>
    /// Drops buffered notifications of other epochs: a late message may have started a second owner, which then delivered under the same
    /// join.
    /// </summary>
    public void DropBufferedOfOtherEpochs(string epoch) => DropBuffered(buffered => buffered.Position.Epoch != epoch);

    public void DropBuffered()
    {
        _buffered = null;
        _bufferedBytes = 0;
    }

    /// <summary>Adds a subscriber: live at once, or behind a cursor if it has missed notifications.</summary>
    /// <param name="join">The join; <see cref="Position"/> is known.</param>
    /// <param name="newReplay">Creates the replay of the channel.</param>
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

            // This may exceed the relay's position: another relay may have delivered later notifications. The owner knows.
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

        reply?.Joined(
            subscription.Subscriber,
            position,
            recovered: since is Since.After named && named.Epoch == position.Epoch && named.Offset == after);
    }

    /// <summary>Removes a subscriber. If its join is still waiting, the join is answered as well.</summary>
    /// <returns>The number of joins that ended.</returns>
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

    /// <summary>Continues the channel from <paramref name="position"/> after a loss, and informs every subscriber of the loss.</summary>
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

    /// <summary>Ends every socket, because the relay stops.</summary>
    /// <param name="relay">The relay.</param>
    /// <param name="reason">Why.</param>
    /// <param name="joinEnded">Called for each join that ends without an answer.</param>
    public void End(RelayId relay, EndReason reason, Action<ISubscriber> joinEnded)
    {
        foreach (var join in Waiting ?? [])
        {
            join.Subscription.Subscriber.End(reason);
            joinEnded(join.Subscription.Subscriber);
        }

        Replay?.End(reason);
        Subscriptions.End(reason);
        SetOwner(relay, null);
    }

    // A client that did not request an acknowledgement can only be informed by the end of its connection.
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

    private void DropBuffered(Func<Notification, bool> isDropped)
    {
        foreach (var notification in _buffered?.Values.Where(isDropped).ToList() ?? [])
        {
            _buffered!.Remove(notification.Offset);
            _bufferedBytes -= notification.Cost;
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
