namespace Notify.Storage;

/// <summary>
/// Queues requests for the writer. Lookups by clients, which may name any channel, have a queue of their own, so that they cannot delay
/// publishes; each batch takes some of both. Safe to use from any thread.
/// </summary>
/// <param name="maxBacklog">The number of waiting bytes from which the store has no room.</param>
internal sealed class RequestQueue(long maxBacklog)
{
    private const int MaxBatch = 2_000;
    private const int MaxBatchBytes = 4 << 20;
    private const int MaxLooksOfBatch = 200;
    private const int MaxLooks = 20_000;

    private readonly Lock _lock = new();
    private readonly Queue<StoreRequest> _requests = new();
    private readonly Queue<StoreRequest> _looks = new();
    private long _waiting;

    /// <summary>Gets whether the requests that wait or are being written take less memory than the limit.</summary>
    public bool HasRoom => Interlocked.Read(ref _waiting) < maxBacklog;

    /// <summary>Gets the size of the requests that wait or are being written, in bytes.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Adds a request. Returns false when too many joins are waiting.</summary>
    public bool TryAdd(StoreRequest request)
    {
        lock (_lock)
        {
            // Lookups are bounded by their number and not counted in the backlog of publishes.
            if (!IsLook(request))
            {
                Interlocked.Add(ref _waiting, request.Cost);
                _requests.Enqueue(request);
                return true;
            }

            if (_looks.Count >= MaxLooks)
            {
                return false;
            }

            _looks.Enqueue(request);
            return true;
        }
    }

    /// <summary>Removes and returns the next batch. The batch is empty when no request waits.</summary>
    public List<StoreRequest> DequeueBatch()
    {
        var batch = new List<StoreRequest>();
        var bytes = 0;
        lock (_lock)
        {
            for (var looks = 0; looks < MaxLooksOfBatch && _looks.TryDequeue(out var look); looks++)
            {
                batch.Add(look);
            }

            while (batch.Count < MaxBatch && bytes < MaxBatchBytes && _requests.TryDequeue(out var request))
            {
                batch.Add(request);
                bytes += request.Cost;
            }
        }

        return batch;
    }

    /// <summary>Removes and returns all waiting requests.</summary>
    public List<StoreRequest> DequeueAll()
    {
        lock (_lock)
        {
            List<StoreRequest> all = [.. _requests, .. _looks];
            _requests.Clear();
            _requests.TrimExcess();
            _looks.Clear();
            return all;
        }
    }

    /// <summary>Removes a completed request from the backlog.</summary>
    public void Settle(StoreRequest request)
    {
        if (!IsLook(request))
        {
            Interlocked.Add(ref _waiting, -request.Cost);
        }
    }

    private static bool IsLook(StoreRequest request) => request is StoreRequest.Claim { IsLook: true };
}
