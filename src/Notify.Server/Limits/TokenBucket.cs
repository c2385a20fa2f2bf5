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
    public long Take(TokenRate rate, int count, long now)
    {
        var nanoseconds = now * Millisecond;
        _fullAt = Math.Max(_fullAt, nanoseconds) + (rate.Cost * count);
        var debt = _fullAt - nanoseconds - rate.Burst;
        return debt <= 0 ? 0 : (debt + Millisecond - 1) / Millisecond;
    }
}
