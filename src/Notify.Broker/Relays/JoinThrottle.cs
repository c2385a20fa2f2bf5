namespace Notify.Broker.Relays;

/// <summary>
/// Whose turn it is to be joined. When many channels have to be joined at once, as when a node is lost, they take turns: the region of
/// the channels holds only so much of what is asked before it knows where a shard lives, and drops the rest without a word.
/// </summary>
/// <param name="max">How many joins may be under way.</param>
internal sealed class JoinThrottle(int max)
{
    private readonly Queue<RelayChannel> _waiting = [];
    private int _underWay;

    /// <summary>Whether the channel may be joined now. False when it waits: it comes out of <see cref="Next"/>.</summary>
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

    /// <summary>The channel's join was answered, or ends without an answer.</summary>
    public void End(RelayChannel channel)
    {
        channel.IsJoining = false;
        if (channel.IsJoinSent)
        {
            channel.IsJoinSent = false;
            _underWay--;
        }
    }

    /// <summary>A channel whose turn it is; null when nobody waits, or nobody more may be under way.</summary>
    public RelayChannel? Next()
    {
        while (_underWay < max && _waiting.TryDequeue(out var channel))
        {
            // One that was left meanwhile, or waits twice, has had its turn.
            if (channel is { IsJoining: true, IsJoinSent: false })
            {
                return channel;
            }
        }

        return null;
    }

    /// <summary>Nobody waits any more.</summary>
    public void Clear() => _waiting.Clear();
}
