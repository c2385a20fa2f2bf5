namespace Notify.Server.Limits;

/// <summary>
/// A token bucket as one number, because every connection has some: the moment at which it would be full again. The default is a full
/// one. What is taken beyond its content is a debt, and who took it waits until it is paid: nothing that a client has said is lost.
/// </summary>
internal struct TokenBucket
{
    private const long Millisecond = 1_000_000;

    private long _fullAt;

    /// <summary>Takes tokens, and says how long to wait before taking more.</summary>
    /// <param name="rate">How fast it fills, and how much it holds.</param>
    /// <param name="count">How many are taken.</param>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    /// <returns>Milliseconds; 0 while it is not empty.</returns>
    public long Consume(TokenRate rate, int count, long now)
    {
        var nanoseconds = now * Millisecond;
        _fullAt = Math.Max(_fullAt, nanoseconds) + (rate.Cost * count);
        var debt = _fullAt - nanoseconds - rate.Burst;
        return debt <= 0 ? 0 : (debt + Millisecond - 1) / Millisecond;
    }

    /// <summary>Takes one token if there is one.</summary>
    /// <param name="rate">How fast it fills, and how much it holds.</param>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    /// <returns>False, and nothing is taken, when it is empty.</returns>
    public bool TryConsume(TokenRate rate, long now)
    {
        if (IsEmpty(rate, now))
        {
            return false;
        }

        Consume(rate, 1, now);
        return true;
    }

    /// <summary>Whether no token is left.</summary>
    public readonly bool IsEmpty(TokenRate rate, long now) => Math.Max(_fullAt - (now * Millisecond), 0) + rate.Cost > rate.Burst && rate.Cost > 0;

    /// <summary>Whether nothing is missing, so that it need not be remembered.</summary>
    public readonly bool IsFull(long now) => _fullAt <= now * Millisecond;
}
