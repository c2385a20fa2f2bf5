namespace Notify.Storage;

/// <summary>
/// Holds what waits for the writer. Joins of names that anybody may choose wait apart from what sends need, and share each batch with it.
/// Safe to use from any thread.
/// </summary>
/// <param name="maxBacklog">What may wait before the store has no room, in bytes.</param>
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

    /// <summary>Whether more may be sent: what waits, and what is being written, takes less than it may.</summary>
    public bool HasRoom => Interlocked.Read(ref _waiting) < maxBacklog;

    /// <summary>Adds a request. False when too many joins wait.</summary>
    public bool TryAdd(StoreRequest request)
    {
        lock (_lock)
        {
            // Looks are not charged to what sends wait for: there may be so many of them and no more.
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

    /// <summary>Takes the next batch; empty when nothing waits.</summary>
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

    /// <summary>Takes all that waits.</summary>
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

    /// <summary>A request that was taken is answered, so it waits no more.</summary>
    public void Settle(StoreRequest request)
    {
        if (!IsLook(request))
        {
            Interlocked.Add(ref _waiting, -request.Cost);
        }
    }

    private static bool IsLook(StoreRequest request) => request is StoreRequest.Claim { IsLook: true };
}
