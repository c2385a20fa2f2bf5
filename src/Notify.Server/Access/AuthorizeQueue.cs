using System.Threading.RateLimiting;
using Notify.Broker.Metrics;

namespace Notify.Server.Access;

/// <summary>
/// Limits the questions to the backend: so many are under way, and so many wait for a place. Safe to use from any thread.
/// </summary>
/// <param name="metrics">The counters.</param>
/// <param name="time">The clock.</param>
/// <param name="patience">How long a question waits for its place.</param>
internal sealed class AuthorizeQueue(BrokerMetrics metrics, TimeProvider time, TimeSpan patience) : IDisposable
{
    /// <summary>The number of questions under way.</summary>
    public const int MaxUnderWay = 64;

    /// <summary>The number of questions that wait.</summary>
    public const int MaxWaiting = 1000;

    private readonly ConcurrencyLimiter _places = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = MaxUnderWay,
        QueueLimit = MaxWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits for a place. The caller frees it. Returns null when there is none.</summary>
    public async ValueTask<IDisposable?> TryEnterAsync()
    {
        var place = await TryWaitAsync();
        if (place is { IsAcquired: true })
        {
            return place;
        }

        place?.Dispose();
        metrics.Limits.Refused("authorize");
        return null;
    }

    /// <summary>Ends the questions that wait.</summary>
    public void Dispose() => _places.Dispose();

    private async ValueTask<RateLimitLease?> TryWaitAsync()
    {
        using var late = new CancellationTokenSource(patience, time);
        try
        {
            return await _places.AcquireAsync(permitCount: 1, late.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // It waited too long, or the server ends.
            return null;
        }
    }
}
