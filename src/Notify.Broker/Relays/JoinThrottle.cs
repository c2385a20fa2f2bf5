namespace Notify.Broker.Relays;

/// <summary>
/// Limits the joins that are in flight. When many channels have to be joined at once, as after the loss of a node, they take turns: the
/// shard region buffers only a limited number of messages until it knows the location of a shard, and silently drops the rest.
/// </summary>
/// <param name="max">The maximum number of joins in flight.</param>
internal sealed class JoinThrottle(int max)
{
    private readonly Queue<RelayChannel> _waiting = [];
    private int _underWay;

    /// <summary>Returns whether the channel may be joined now. If not, it waits, and <see cref="Next"/> returns it later.</summary>
    public bool TryBegin(RelayChannel channel)
    {
        if (_underWay >= max)
        {
            _waiting.Enqueue(channel);
            return false;
        }

        _underWay++;
        channel.IsJoinSent = true;
        return true;
    }

    /// <summary>Ends the channel's join: it was answered, or needs no answer any more.</summary>
    public void End(RelayChannel channel)
    {
        channel.IsJoining = false;
        if (channel.IsJoinSent)
        {
            channel.IsJoinSent = false;
            _underWay--;
        }
    }

    /// <summary>Gets the next channel to join; null if none waits or the maximum is in flight.</summary>
    public RelayChannel? Next()
    {
        while (_underWay < max && _waiting.TryDequeue(out var channel))
        {
            // The channel was left in the meantime, or is queued twice and was joined before.
            if (channel is { IsJoining: true, IsJoinSent: false })
            {
                return channel;
            }
        }

        return null;
    }

    /// <summary>Removes all waiting channels.</summary>
    public void Clear() => _waiting.Clear();
}
