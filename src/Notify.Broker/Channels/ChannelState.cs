using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.Channels;

/// <summary>
/// Decides the offsets and the history of a channel, and which relays receive it. It has no actor, clock or socket: time comes as an
/// argument, in milliseconds of a monotonic clock, so that the same decisions run in the simulation.
/// </summary>
public sealed class ChannelState
{
    private readonly List<RelayJoin> _relays = [];
    private readonly RecentRequests<PublishId, long> _recent;
    private readonly KnownNotification? _found;

    /// <summary>Creates the state of a new or a stored channel.</summary>
    /// <param name="name">The channel's name.</param>
    /// <param name="head">The position of the newest stored notification.</param>
    /// <param name="history">Its history in memory.</param>
    /// <param name="sendWindow">How long a publish may arrive again, in milliseconds.</param>
    /// <param name="newest">The publish id of the notification at <paramref name="head"/>; null if it is not known.</param>
    public ChannelState(string name, Position head, ChannelHistory history, long sendWindow, PublishId? newest = null)
    {
        _found = new KnownNotification(head, newest);
        Name = name;
        Head = head;
        LastOffset = head.Offset;
        History = history;
        _recent = new RecentRequests<PublishId, long>(sendWindow);
    }

    /// <summary>Gets the channel's name.</summary>
    public string Name { get; }

    /// <summary>Gets the epoch.</summary>
    public string Epoch => Head.Epoch;

    /// <summary>Gets the position of the newest stored notification, which may be delivered.</summary>
    public Position Head { get; private set; }

    /// <summary>Gets the offset of the newest ordered notification, stored or not; 0 before the first.</summary>
    public long LastOffset { get; private set; }

    /// <summary>Gets the stored notifications that are in memory.</summary>
    public ChannelHistory History { get; }

    /// <summary>Gets the relays that have subscribers, with the number of the join that counts.</summary>
    public IReadOnlyList<RelayJoin> Relays => _relays;

    /// <summary>Gets the offset of a publish that arrived before, or null. It may not be stored yet.</summary>
    public long? Find(PublishId id) => _recent.TryFind(id, out var offset) ? offset : null;

    /// <summary>Adds a publish that an earlier owner ordered.</summary>
    public void Recall(PublishId id, long offset, long now) => _recent.Add(id, offset, now);

    /// <summary>
    /// Checks whether the channel has a notification that was delivered. False if it is shorter, or has another notification at that
    /// offset: its history lost its end. Null if only the store knows.
    /// </summary>
    public bool? Has(KnownNotification known)
    {
        if (known.Position.Epoch != Epoch)
        {
            // It is of another epoch, and the relay learns that from the answer to its join.
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

    /// <summary>Assigns the next offset to a new publish.</summary>
    public Notification Order(PublishId id, ReadOnlyMemory<byte> payload, long at, long now)
    {
        var notification = new Notification(Name, new Position(Epoch, ++LastOffset), id, at, payload);
        _recent.Add(id, LastOffset, now);
        return notification;
    }

    /// <summary>Marks the notification after <see cref="Head"/> as stored: it may be delivered and read.</summary>
    public void Commit(Notification notification, long now)
    {
        if (notification.Offset != Head.Offset + 1)
        {
            throw new InvalidOperationException($"Offset {notification.Offset} does not follow {Head.Offset}.");
        }

        Head = notification.Position;
        History.Append(notification, now);
    }

    /// <summary>Adds a relay. Returns false if a newer join of the same relay is known, so that this one is not answered.</summary>
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

    /// <summary>Removes a relay. A leave of an earlier join is ignored, because the newer join overtook it.</summary>
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

    /// <summary>Gets the number of the relay's join that counts, or null.</summary>
    public long? JoinNumber(RelayId relay) => IndexOf(relay) is >= 0 and var index ? _relays[index].JoinNumber : null;

    /// <summary>Gets whether this join counts.</summary>
    public bool IsJoined(RelayId relay, long joinNumber) => JoinNumber(relay) == joinNumber;

    /// <summary>Returns whether a read belongs to a relay that is joined, and to this epoch.</summary>
    public bool MayRead(ReadHistory read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return IsJoined(read.Relay, read.JoinNumber) && (read.Epoch is null || read.Epoch == Epoch);
    }

    /// <summary>Gets the time at which the oldest publish id expires, or null.</summary>
    public long? ForgetAt => _recent.ForgetAt;

    /// <summary>Removes expired notifications and publish ids.</summary>
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

    /// <summary>Represents a relay that receives the channel's notifications.</summary>
    /// <param name="Relay">The relay.</param>
    /// <param name="JoinNumber">The number of its newest join. Every message to the relay carries it.</param>
    public readonly record struct RelayJoin(RelayId Relay, long JoinNumber);
}
