namespace Notify.Server.Access;

/// <summary>
/// Tracks the channels of one connection that are not open to everybody: the joined ones, and those about which the backend is asked.
/// May be used on any thread.
/// </summary>
internal sealed class GuardedChannels
{
    private readonly Lock _lock = new();

    // With the token of the join, which few have.
    private Dictionary<string, ConnectionIdentity?>? _joined;
    private HashSet<string>? _asking;

    /// <summary>Gets the joined channels, with the tokens of their joins.</summary>
    public IReadOnlyList<KeyValuePair<string, ConnectionIdentity?>> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _joined ?? []];
            }
        }
    }

    /// <summary>Returns whether a channel is joined.</summary>
    public bool Contains(string channel)
    {
        lock (_lock)
        {
            return _joined?.ContainsKey(channel) == true;
        }
    }

    /// <summary>
    /// Adds a joined channel, or changes the token of its join. Returns false when there are as many channels as a connection may join.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="joinToken">The token of the join; null without one.</param>
    /// <param name="most">The largest number of channels.</param>
    public bool TryAdd(string channel, ConnectionIdentity? joinToken, int most)
    {
        lock (_lock)
        {
            _joined ??= new(StringComparer.Ordinal);
            if (_joined.Count >= most && !_joined.ContainsKey(channel))
            {
                return false;
            }

            _joined[channel] = joinToken;
            return true;
        }
    }

    /// <summary>Adds a channel about which the backend is asked.</summary>
    public void BeginAsk(string channel)
    {
        lock (_lock)
        {
            (_asking ??= new(StringComparer.Ordinal)).Add(channel);
        }
    }

    /// <summary>Removes a channel about which the backend was asked. Returns whether the client still wants it.</summary>
    public bool EndAsk(string channel)
    {
        lock (_lock)
        {
            return _asking?.Remove(channel) == true;
        }
    }

    /// <summary>Removes a channel that the client leaves.</summary>
    public void Remove(string channel)
    {
        lock (_lock)
        {
            _joined?.Remove(channel);
            _asking?.Remove(channel);
        }
    }

    /// <summary>Removes all channels.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            (_joined, _asking) = (null, null);
        }
    }

    /// <summary>Removes and returns the channels whose join's token has ended.</summary>
    /// <param name="now">The time of the monotonic clock, in milliseconds.</param>
    /// <param name="next">When the next such token ends, if that is earlier than its value before.</param>
    public IReadOnlyList<string> TakeExpired(long now, ref long next)
    {
        lock (_lock)
        {
            List<string>? ended = null;
            foreach (var (channel, token) in _joined ?? [])
            {
                if (token is null)
                {
                    continue;
                }

                if (now >= token.EndsAt)
                {
                    (ended ??= []).Add(channel);
                }
                else
                {
                    next = Math.Min(next, token.EndsAt);
                }
            }

            foreach (var channel in ended ?? [])
            {
                _joined!.Remove(channel);
            }

            return ended ?? (IReadOnlyList<string>)[];
        }
    }
}
