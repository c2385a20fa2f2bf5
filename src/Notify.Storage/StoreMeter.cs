using System.Diagnostics;
using Notify.Broker.History;
using Notify.Broker.Metrics;

namespace Notify.Storage;

/// <summary>Measures the requests of a store.</summary>
/// <param name="metrics">The metrics; null when nobody collects them.</param>
internal sealed class StoreMeter(StoreMetrics? metrics)
{
    /// <summary>Counts the notifications that one transaction stores.</summary>
    public void Began(List<StoreRequest> batch)
    {
        if (metrics is not null && batch.Count(static request => request is StoreRequest.Append) is > 0 and var appends)
        {
            metrics.AppendedBatch(appends);
        }
    }

    /// <summary>Records how long a request took until it was settled, and whether it failed.</summary>
    public void Settled(StoreRequest request, StoreResult result)
    {
        if (metrics is null || KindOf(request) is not { } kind)
        {
            return;
        }

        if (result is StoreResult.Refused)
        {
            metrics.Failed(kind == "key" ? "read" : kind);
        }
        else if (result == StoreResult.Fenced)
        {
            metrics.Fenced();
        }
        else if (request is StoreRequest.Append)
        {
            metrics.Appended(Stopwatch.GetElapsedTime(request.EnqueuedAt));
        }
        else if (request is not StoreRequest.SaveInbox)
        {
            metrics.Read(kind, Stopwatch.GetElapsedTime(request.EnqueuedAt));
        }
    }

    /// <summary>Measures a read that does not wait for the writer: <c>page</c>, <c>peek</c> or <c>list</c>.</summary>
    public async Task<T> MeasureAsync<T>(string kind, Task<T> read)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var result = await read;
            metrics?.Read(kind, Stopwatch.GetElapsedTime(began));
            return result;
        }
        catch (HistoryStoreException)
        {
            metrics?.Failed("read");
            throw;
        }
    }

    /// <summary>Counts a failed trim.</summary>
    public void TrimFailed() => metrics?.Failed("trim");

    private static string? KindOf(StoreRequest request) => request switch
    {
        StoreRequest.Append => "append",
        StoreRequest.SaveInbox => "mark",
        StoreRequest.Claim => "claim",
        StoreRequest.Find => "key",
        _ => null,
    };
}
