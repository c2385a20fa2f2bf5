using Notify.Broker.Relays;

namespace Notify.Broker.Channels;

/// <summary>
/// What a channel decides: offsets, history, and which relays it tells. No actor, no clock, no socket: time comes as an argument,
/// in milliseconds of a monotonic clock, so that the same decisions run in the simulation.
/// </summary>
public sealed class ChannelState
{
    private readonly List<RelayJoin> _relays = [];
    private readonly RecentPublishes _recent;
    private readonly KnownNotification? _found;

    /// <summary>Begins or goes on with a channel.</summary>
    /// <param name="name">The channel's name.</param>
    /// <param name="head">The position of the newest notification that is kept.</param>
    /// <param name="history">What is in memory of it.</param>
    /// <param name="sendWindow">How long a send may be asked again, in milliseconds.</param>
    /// <param name="newest">The identity of the notification at <paramref name="head"/>; null when it is not known.</param>
    public ChannelState(string name, Position head, ChannelHistory history, long sendWindow, PublishId? newest = null)
    {
        _found = new KnownNotification(head, newest);
        Name = name;
        Head = head;
        LastOffset = head.Offset;
        History = history;
        _recent = new RecentPublishes(sendWindow);
    }

    /// <summary>The channel's name.</summary>
    public string Name { get; }

    /// <summary>The name of this life.</summary>
    public string Epoch => Head.Epoch;

    /// <summary>The position of the newest notification that is kept, and may be told.</summary>
    public Position Head { get; private set; }

    /// <summary>The offset of the newest notification that was ordered, kept or not yet; 0 before the first.</summary>
    public long LastOffset { get; private set; }

    /// <summary>What is in memory of what is kept.</summary>
    public ChannelHistory History { get; }

    /// <summary>The relays that have subscribers, with the number of the join that counts.</summary>
    public IReadOnlyList<RelayJoin> Relays => _relays;

    /// <summary>The offset that a send got when it arrived before, or null. It may not be kept yet.</summary>
    public long? Find(PublishId id) => _recent.Find(id);

    /// <summary>Knows a send that an earlier owner ordered.</summary>
    public void Recall(PublishId id, long offset, long now) => _recent.Add(id, offset, now);

    /// <summary>
    /// Whether the channel has a notification that somebody was told: false when it has less, or another one in its place, which means
    /// that its history lost its end; null when only the store can tell.
    /// </summary>
    public bool? Has(KnownNotification known)
    {
        if (known.Position.Epoch != Epoch)
        {
            // It is of another life, and whoever holds it hears that.
            return true;
        }

        if (known.Position.Offset > Head.Offset)
        {
            return false;
        }

        if (known.Id is not { } id)
        {
            return true;
        }

        var here = known.Position == _found!.Position ? _found.Id : History.IdAt(known.Position.Offset);
        return here is { } other ? other == id : null;
    }

    /// <summary>Gives a send that is not known its place.</summary>
    public Notification Order(PublishId id, ReadOnlyMemory<byte> payload, long at, long now)
    {
        var notification = new Notification(Name, new Position(Epoch, ++LastOffset), id, at, payload);
        _recent.Add(id, LastOffset, now);
        return notification;
    }

    /// <summary>The next notification after <see cref="Head"/> is kept: from now on it may be told and read.</summary>
    public void Commit(Notification notification, long now)
    {
        if (notification.Offset != Head.Offset + 1)
        {
            throw new InvalidOperationException($"Offset {notification.Offset} does not follow {Head.Offset}.");
        }

        Head = notification.Position;
        History.Append(notification, now);
    }

    /// <summary>Takes a relay in. False when a newer join of the same relay is already known, so that this one is not answered.</summary>
    public bool Join(RelayId relay, long joinNumber)
    {
        var index = IndexOf(relay);
        if (index < 0)
        {
            _relays.Add(new RelayJoin(relay, joinNumber));
            return true;
        }

        if (_relays[index].JoinNumber > joinNumber)
        {
            return false;
        }

        _relays[index] = new RelayJoin(relay, joinNumber);
        return true;
    }

    /// <summary>Lets a relay go. A leave of another join than the one that counts is ignored: it was overtaken.</summary>
    public bool Leave(RelayId relay, long joinNumber)
    {
        var index = IndexOf(relay);
        if (index < 0 || _relays[index].JoinNumber != joinNumber)
        {
            return false;
        }

        _relays.RemoveAt(index);
        return true;
    }

    /// <summary>The join of a relay that counts, or null.</summary>
    public long? JoinNumber(RelayId relay) => IndexOf(relay) is >= 0 and var index ? _relays[index].JoinNumber : null;

    /// <summary>Whether this join is the one that counts.</summary>
    public bool IsJoined(RelayId relay, long joinNumber) => JoinNumber(relay) == joinNumber;

    /// <summary>When there is something to forget that the history does not know of, or null.</summary>
    public long? ForgetAt => _recent.ForgetAt;

    /// <summary>Forgets what has become too old.</summary>
    public void Trim(long now)
    {
        History.Trim(now);
        _recent.Forget(now);
    }

    // A channel has one relay a node, so a scan beats a dictionary in both memory and time.
    private int IndexOf(RelayId relay)
    {
        for (var i = 0; i < _relays.Count; i++)
        {
            if (_relays[i].Relay == relay)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A relay that is told the channel's notifications.</summary>
    /// <param name="Relay">The relay.</param>
    /// <param name="JoinNumber">The number of its newest join; everything told carries it back.</param>
    public readonly record struct RelayJoin(RelayId Relay, long JoinNumber);
}
