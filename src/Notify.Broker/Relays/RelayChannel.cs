using Notify.Broker.Channels;

namespace Notify.Broker.Relays;

/// <summary>What a relay keeps of one channel that has local subscribers.</summary>
internal sealed class RelayChannel(string name, long joinNumber)
{
    /// <summary>How many notifications above a hole are held.</summary>
    public const int MaxHeld = 256;

    /// <summary>How many bytes above a hole are held.</summary>
    public const int MaxHeldBytes = 1 << 20;

    private SortedDictionary<long, Notification>? _held;
    private int _heldBytes;

    public string Name { get; } = name;

    /// <summary>The join that counts; whatever carries another number is ignored.</summary>
    public long JoinNumber { get; set; } = joinNumber;

    /// <summary>Whether the owner has not yet answered the join that counts.</summary>
    public bool IsJoining { get; set; } = true;

    /// <summary>What every subscriber of this relay has; null until the first join is answered.</summary>
    public Position? Position { get; set; }

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

    public bool IsEmpty => Subscriptions.Count == 0 && Waiting is not { Count: > 0 } && Replay is not { IsEmpty: false };

    /// <summary>Keeps a notification that came before its predecessor. What does not fit is dropped: it is read from the history.</summary>
    public void Hold(Notification notification)
    {
        _held ??= [];
        if (_held.Count < MaxHeld && _heldBytes + notification.Cost <= MaxHeldBytes && _held.TryAdd(notification.Offset, notification))
        {
            _heldBytes += notification.Cost;
        }
    }

    /// <summary>Takes the held notification at <paramref name="offset"/>, and forgets those below it.</summary>
    public Notification? TakeHeld(long offset)
    {
        while (_held is { Count: > 0 })
        {
            var (lowest, notification) = _held.First();
            if (lowest > offset)
            {
                return null;
            }

            _held.Remove(lowest);
            _heldBytes -= notification.Cost;
            if (lowest == offset)
            {
                return notification;
            }
        }

        _held = null;
        return null;
    }

    /// <summary>The lowest offset that is held, or null.</summary>
    public long? LowestHeld => _held is { Count: > 0 } ? _held.First().Key : null;

    /// <summary>
    /// Forgets what is held of other lives of the channel: a late message may have started one owner more, which then told under the
    /// same join.
    /// </summary>
    public void ForgetHeldOfOthers(string epoch)
    {
        foreach (var notification in _held?.Values.Where(held => held.Position.Epoch != epoch).ToList() ?? [])
        {
            _held!.Remove(notification.Offset);
            _heldBytes -= notification.Cost;
        }
    }

    public void ForgetHeld()
    {
        _held = null;
        _heldBytes = 0;
    }
}
