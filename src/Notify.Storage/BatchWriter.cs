using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;

namespace Notify.Storage;

/// <summary>
/// Writes to a database. One thread collects the waiting requests, commits them in one transaction and completes all of them, so that all
/// requests that arrive during one commit share the next commit and its disk flush. It also trims the history.
/// </summary>
/// <param name="backend">The database.</param>
/// <param name="options">The limits.</param>
/// <param name="logger">The log for failures.</param>
internal sealed class BatchWriter(IStoreBackend backend, StoreOptions options, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan TrimPause = TimeSpan.FromMilliseconds(20);

    private readonly LostLog _lost = new(backend, logger);
    private readonly KnownPositions _heads = new(backend);
    private readonly RequestQueue _queue = new(options.MaxBacklog);
    private readonly StoreMeter _meter = new(options.Metrics);
    private readonly AppendTraces _traces = new(backend.SystemName);
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _disposing = new();
    private Thread? _thread;
    private volatile string? _trouble;
    private long _refused;
    private bool _isDisposed;

    /// <summary>Gets whether the backlog has room.</summary>
    public bool HasRoom => _queue.HasRoom;

    /// <summary>Gets why the database does not work; null while it works.</summary>
    public string? Trouble => _trouble;

    /// <summary>Starts the thread, and opens the database.</summary>
    public Task OpenAsync(CancellationToken cancellationToken)
    {
        if (options.Metrics is { } metrics)
        {
            metrics.Limit = options.StoreMax;
            metrics.ObserveBacklog(() => _queue.Waiting);
        }

        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _thread = new Thread(() => Run(opened, cancellationToken)) { IsBackground = true, Name = "history-store" };
        _thread.Start();
        return opened.Task;
    }

    /// <summary>Serves the requests that wait, stops the thread, and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        await _disposing.CancelAsync();
        if (_thread is { } thread)
        {
            await Task.Run(thread.Join);
        }

        backend.Dispose();
        _lost.Dispose();
        _disposing.Dispose();
        _wake.Dispose();
    }

    /// <summary>Queues a request. It fails at once while the database does not work.</summary>
    public Task<T> Enqueue<T>(StoreRequest<T> request)
    {
        string? refusal;
        lock (_lock)
        {
            refusal = _trouble;
            if (_isDisposed)
            {
                refusal = "The server is stopping.";
            }
            else if (refusal is null && !_queue.TryAdd(request))
            {
                refusal = "Too many joins are waiting.";
            }
            else if (refusal is null)
            {
                if (_wake.CurrentCount == 0)
                {
                    _wake.Release();
                }

                return request.Task;
            }
        }

        Interlocked.Increment(ref _refused);
        request.Fail(new HistoryStoreException(refusal));
        return request.Task;
    }

    private void Run(TaskCompletionSource opened, CancellationToken cancellationToken)
    {
        try
        {
            backend.Open(cancellationToken);
            opened.SetResult();
        }
        catch (BackendException exception)
        {
            // Set before OpenAsync completes, so that the first request is already refused.
            _trouble = exception.Message;
            opened.SetResult();
            Recover(exception, []);
        }
#pragma warning disable CA1031 // Every failure is passed on to the caller of OpenAsync.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            opened.SetException(exception);
            return;
        }

        var trimAt = MonotonicNow + options.TrimInterval;
        while (true)
        {
            // Lets waiting senders run first, so that they share this commit. On one core they would otherwise wait for the next one.
            Thread.Yield();
            var batch = _queue.DequeueBatch();
            if (batch.Count > 0)
            {
                Serve(batch);
            }
            else if (_disposing.IsCancellationRequested)
            {
                return;
            }
            else
            {
                Sleep(trimAt - MonotonicNow);
            }

            if (MonotonicNow >= trimAt)
            {
                trimAt = MonotonicNow + (Trim() ? TrimPause : options.TrimInterval);
            }
        }
    }

    private TimeSpan MonotonicNow => TimeSpan.FromMilliseconds(options.Time.GetMilliseconds());

    private void Sleep(TimeSpan time)
    {
        if (time <= TimeSpan.Zero)
        {
            return;
        }

        try
        {
            _wake.Wait(time, _disposing.Token);
        }
        catch (OperationCanceledException)
        {
            // The store is closing. The requests that still wait are served first.
        }
    }

    private void Serve(List<StoreRequest> batch)
    {
        _meter.Began(batch);
        _traces.Began(batch);
        try
        {
            Write(batch);
        }
        catch (BackendException exception)
        {
            Recover(exception, batch);
        }
    }

    // Bisects a batch that is refused because of its data, so that one bad row fails no other request.
    private void Write(List<StoreRequest> batch)
    {
        StoreResults results;
        try
        {
            results = backend.Write(batch);
        }
        catch (BackendException exception) when (exception.IsOfData)
        {
            if (batch.Count == 1)
            {
                StoreLog.Rejected(logger, backend.Name, exception.Message);
                StoreLog.Stack(logger, exception, backend.Name);
                Settle(batch[0], new StoreResult.Refused(new HistoryStoreException(exception.Message, exception)));
                return;
            }

            var half = batch.Count / 2;
            Write(batch[..half]);
            Write(batch[half..]);
            return;
        }

        // Outside the try block: a failure in Compare must not write the committed batch again.
        Compare(batch, results);
        foreach (var request in batch)
        {
            Settle(request, results.Of(request));
        }
    }

    // A notification that this node has seen stored must still exist when its channel is claimed again. Otherwise the channel would assign
    // the same offsets twice.
    private void Compare(List<StoreRequest> batch, StoreResults results)
    {
        var lost = _heads.Compare(batch, results);
        if (lost.Count > 0)
        {
            Report(lost, backend.Write(lost));
        }

        Report(batch.OfType<StoreRequest.RenewLost>(), results);
    }

    private void Report(IEnumerable<StoreRequest.RenewLost> requests, StoreResults results)
    {
        foreach (var request in requests)
        {
            if (results.TryGet(request, out var isRenewed) && isRenewed)
            {
                _lost.Report(request.Channel);
            }
        }
    }

    private void Settle(StoreRequest request, StoreResult result)
    {
        if (request.IsSettled)
        {
            return;
        }

        request.IsSettled = true;
        _queue.Settle(request);
        _meter.Settled(request, result);
        _traces.Settled(request, result);
        if (result is StoreResult.Refused refused)
        {
            request.Fail(refused.Cause);
        }
        else
        {
            request.Complete(result);
        }
    }

    // Refuses all requests until the database works again, so that no backlog builds up.
    private void Recover(BackendException exception, List<StoreRequest> batch)
    {
        _trouble = exception.Message;
        Interlocked.Exchange(ref _refused, 0);
        var began = MonotonicNow;
        StoreLog.Trouble(logger, backend.Name, exception.Message);
        if (exception.InnerException is { } inner)
        {
            StoreLog.Stack(logger, inner, backend.Name);
        }

        List<StoreRequest> refused;
        lock (_lock)
        {
            refused = [.. batch, .. _queue.DequeueAll()];
        }

        Interlocked.Add(ref _refused, refused.Count);
        var result = new StoreResult.Refused(new HistoryStoreException(exception.Message, exception));
        foreach (var request in refused)
        {
            Settle(request, result);
        }

        while (!_disposing.IsCancellationRequested)
        {
            _disposing.Token.WaitHandle.WaitOne(options.RetryInterval);
            try
            {
                backend.Probe();
                _trouble = null;
                StoreLog.Back(logger, backend.Name, MonotonicNow - began, Interlocked.Read(ref _refused));
                return;
            }
            catch (BackendException again)
            {
                _trouble = again.Message;
            }
        }
    }

    private bool Trim()
    {
        try
        {
            return backend.Trim();
        }
        catch (BackendException exception) when (exception.IsBlocked)
        {
            // Rows that other sessions have locked are trimmed in a later turn.
            return false;
        }
        catch (BackendException exception)
        {
            _meter.TrimFailed();
            Recover(exception, []);
            return false;
        }
    }
}
