using Notify.Broker;
using Notify.Server.Limits;

namespace Notify.Server.Backends;

/// <summary>Limits the publishes with one secret, with a burst of ten seconds' worth. Safe to use from any thread.</summary>
/// <param name="perSecond">The number of requests each second; 0 for no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class SendRate(int perSecond, TimeProvider time)
{
    private readonly TokenRate _rate = perSecond == 0 ? default : new TokenRate(perSecond);
    private readonly Lock _lock = new();
    private TokenBucket _bucket;

    /// <summary>Gets the number of requests each second; 0 for no limit.</summary>
    public int PerSecond => perSecond;

    /// <summary>Counts a publish. Returns false when it exceeds the rate.</summary>
    public bool TryTake()
    {
        if (perSecond == 0)
        {
            return true;
        }

        var now = time.GetMilliseconds();
        lock (_lock)
        {
            return _bucket.TryConsume(_rate, now);
        }
    }
}
