using Notify.Broker.Relays;

namespace Notify.Broker.Channels;

/// <summary>
/// What a channel decides: offsets, history, and which relays it tells. No actor, no clock, no socket: time comes as an argument,
/// in milliseconds of a monotonic clock, so that the same decisions run in the simulation.
/// </summary>
public sealed class ChannelState
{
    private readonly List<Subscription> _relays = [];
    private readonly RecentSends _recent;

    /// <summary>Begins a new life of the channel.</summary>
    /// <param name="name">The channel's name.</param>
    /// <param name="epoch">The random name of this life.</param>
    /// <param name="historySize">How many notifications are kept by count.</param>
    /// <param name="historyTtl">How long one is kept, in milliseconds.</param>
    /// <param name="sendWindow">How long a send may be asked again, in milliseconds.</param>
    public ChannelState(string name, string epoch, int historySize, long historyTtl, long sendWindow)
    {
        Name = name;
        Epoch = epoch;
        History = new ChannelHistory(historySize, historyTtl);
        _recent = new RecentSends(sendWindow);
    }

    /// <summary>The channel's name.</summary>
    public string Name { get; }

    /// <summary>The name of this life.</summary>
    public string Epoch { get; }

    /// <summary>The position after the newest notification.</summary>
    public Position Head => new(Epoch, LastOffset);

    /// <summary>The offset of the newest notification, 0 before the first.</summary>
    public long LastOffset { get; private set; }

    /// <summary>What is kept.</summary>
    public ChannelHistory History { get; }

    /// <summary>The relays that have subscribers, with the number of the join that counts.</summary>
    public IReadOnlyList<Subscription> Relays => _relays;

    /// <summary>Orders a send. A send that is known gets its first offset, and nothing is told again.</summary>
    /// <returns>The offset, and the notification to tell, or null for a known send.</returns>
    public (long Offset, Notification? Notification) Publish(SendId id, ReadOnlyMemory<byte> payload, long at, long now)
    {
        if (_recent.Find(id) is { } known)
        {
            return (known, null);
        }

        var notification = new Notification(Name, new Position(Epoch, ++LastOffset), id, at, payload);
        _recent.Add(id, LastOffset, now);
        History.Append(notification, now);
        return (LastOffset, notification);
    }

    /// <summary>Takes a relay in. False when a newer join of the same relay is already known, so that this one is not answered.</summary>
    public bool Join(RelayId relay, long joinNumber)
    {
        var index = IndexOf(relay);
        if (index < 0)
        {
            _relays.Add(new Subscription(relay, joinNumber));
            return true;
        }

        if (_relays[index].JoinNumber > joinNumber)
        {
            return false;
        }

        _relays[index] = new Subscription(relay, joinNumber);
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

    /// <summary>Whether this join is the one that counts.</summary>
    public bool IsJoined(RelayId relay, long joinNumber)
    {
        var index = IndexOf(relay);
        return index >= 0 && _relays[index].JoinNumber == joinNumber;
    }

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
    public readonly record struct Subscription(RelayId Relay, long JoinNumber);
}
