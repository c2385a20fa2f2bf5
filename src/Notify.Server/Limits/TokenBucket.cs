namespace Notify.Server.Limits;

/// <summary>
/// Implements a token bucket in a single number, the time at which it will be full again, because every connection has several. The default
/// is a full bucket. Tokens beyond its content are a debt, and the client is throttled until it is paid. No message is dropped.
/// </summary>
internal struct TokenBucket
{
    private const long Millisecond = 1_000_000;

    private long _fullAt;

    /// <summary>Consumes tokens, and returns how long to wait before the next ones.</summary>
    /// <param name="rate">The rate and size of the bucket.</param>
    /// <param name="count">The number of tokens.</param>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    /// <returns>Milliseconds; 0 while the bucket is not empty.</returns>
    public long Consume(TokenRate rate, int count, long now)
    {
        var nanoseconds = now * Millisecond;
        _fullAt = Math.Max(_fullAt, nanoseconds) + (rate.Cost * count);
        var debt = _fullAt - nanoseconds - rate.Burst;
        return debt <= 0 ? 0 : (debt + Millisecond - 1) / Millisecond;
    }

    /// <summary>Consumes one token if there is one.</summary>
    /// <param name="rate">The rate and size of the bucket.</param>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    /// <returns>False, without consuming a token, when the bucket is empty.</returns>
    public bool TryConsume(TokenRate rate, long now)
    {
        if (IsEmpty(rate, now))
        {
            return false;
        }

        Consume(rate, 1, now);
        return true;
    }

    /// <summary>Returns whether the bucket is empty.</summary>
    public readonly bool IsEmpty(TokenRate rate, long now) =>
        Math.Max(_fullAt - (now * Millisecond), 0) + rate.Cost > rate.Burst && rate.Cost > 0;

    /// <summary>Returns whether the bucket is full, so that it need not be stored.</summary>
    public readonly bool IsFull(long now) => _fullAt <= now * Millisecond;
}
