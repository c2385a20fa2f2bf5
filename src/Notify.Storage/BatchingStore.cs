using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Revocations;

namespace Notify.Storage;

/// <summary>
/// Stores the history in a database. One writer thread collects the waiting requests, commits them in one transaction and completes all of
/// them, so that all requests that arrive during one commit share the next commit and its disk flush.
/// </summary>
public sealed class BatchingStore : IHistoryStore, IRevocationStore
{
    private static readonly TimeSpan TrimPause = TimeSpan.FromMilliseconds(20);

    private readonly IStoreBackend _backend;
    private readonly StoreOptions _options;
    private readonly ILogger _logger;
    private readonly DamageLog _damage;
    private readonly LostLog _lost;
    private readonly KnownPositions _heads;
    private readonly RequestQueue _queue;
    private readonly StoreMeter _meter;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _disposing = new();
    private Thread? _writer;
    private volatile string? _trouble;
    private bool _isDisposed;

    internal BatchingStore(IStoreBackend backend, StoreOptions options, ILogger logger)
    {
        _backend = backend;
        _options = options;
        _logger = logger;
        _damage = new DamageLog(backend, logger);
        _lost = new LostLog(backend, logger);
        _queue = new RequestQueue(options.MaxBacklog);
        _heads = new KnownPositions(backend);
        _meter = new StoreMeter(options.Metrics);
        if (options.Metrics is { } metrics)
        {
            metrics.Limit = options.StoreMax;
            metrics.ObserveBacklog(() => _queue.Waiting);
        }
    }

    /// <inheritdoc />
    public bool IsDurable => true;

    /// <inheritdoc />
    public bool HasRoom => _queue.HasRoom;

    /// <inheritdoc />
    public string? Trouble => _trouble;

    /// <inheritdoc />
    public string? Damage => _damage.Summary;

    /// <inheritdoc />
    public void ReportDamage(string channel, string cause) => _damage.Report(channel, cause);

    /// <inheritdoc />
    public Task OpenAsync(CancellationToken cancellationToken)
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _writer = new Thread(() => Run(opened, cancellationToken)) { IsBackground = true, Name = "history-store" };
        _writer.Start();
        return opened.Task;
    }

    /// <inheritdoc />
    public Task<ClaimedChannel> ClaimAsync(string channel) => ClaimAsync(new StoreRequest.Claim(channel));

    /// <inheritdoc />
    public Task<ClaimedChannel> LookAsync(string channel) => ClaimAsync(new StoreRequest.Claim(channel, isLook: true));

    /// <inheritdoc />
    public Task<ClaimedChannel> BeginAsync(ClaimedChannel unknown) =>
        ClaimAsync(new StoreRequest.Claim(unknown.Name, isLook: false, unknown.Head.Epoch));

    /// <inheritdoc />
    public Task<AppendOutcome> AppendAsync(ClaimedChannel channel, Notification notification, IdempotencyKey? key) =>
        Enqueue(new StoreRequest.Append((SqlChannel)channel, notification, key));

    /// <inheritdoc />
    public Task<IdempotencyRecord?> FindAsync(ClaimedChannel channel, IdempotencyKey key) =>
        Enqueue(new StoreRequest.Find((SqlChannel)channel, key));

    /// <inheritdoc />
    public Task<StoredPage> ReadAsync(ClaimedChannel channel, long after, long upTo, int maxBytes) =>
        channel.IsKnown ? _meter.MeasureAsync("page", Translate(_backend.ReadAsync((SqlChannel)channel, after, upTo, maxBytes))) : Nothing(after);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) =>
        _meter.MeasureAsync("list", Translate(_backend.ListAsync(prefix, after, limit)));

    /// <inheritdoc />
    public Task RenewEpochsAsync() => Enqueue(new StoreRequest.Renew());

    /// <inheritdoc />
    public Task<bool> RenewLostAsync(string channel, KnownNotification known) => Enqueue(new StoreRequest.RenewLost(channel, known));

    /// <inheritdoc />
    public bool IsShared => true;

    /// <inheritdoc />
    public Task<Revocation> SaveAsync(Revocation revocation, bool isReplacement, long trimBefore) =>
        Enqueue(new StoreRequest.Revoke(revocation, isReplacement, trimBefore));

    /// <inheritdoc />
    public Task<IReadOnlyList<Revocation>> ReadChangedAsync(long changed, int limit) =>
        Translate(_backend.ReadRevocationsAsync(changed, limit));

    /// <inheritdoc />
    public void Release(ClaimedChannel channel)
    {
        if (channel.IsKnown)
        {
            _backend.Release((SqlChannel)channel);
        }
    }

    /// <inheritdoc />
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
        if (_writer is { } writer)
        {
            await Task.Run(writer.Join);
        }

        _backend.Dispose();
        _lost.Dispose();
        _disposing.Dispose();
        _wake.Dispose();
    }

    // An unknown channel never had a notification, so a reader at its start misses nothing.
    private static Task<StoredPage> Nothing(long after) =>
        Task.FromResult(new StoredPage(0, after is 0 or StoredPage.Earliest ? [] : null));

    private static async Task<T> Translate<T>(Task<T> read)
    {
        try
        {
            return await read;
        }
        catch (BackendException exception)
        {
            throw new HistoryStoreException(exception.Message, exception) { IsDamage = exception.IsDamage };
        }
    }

    private async Task<ClaimedChannel> ClaimAsync(StoreRequest.Claim claim) => await Enqueue(claim);

    private Task<T> Enqueue<T>(StoreRequest<T> request)
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

        request.Fail(new HistoryStoreException(refusal));
        return request.Task;
    }

    private void Run(TaskCompletionSource opened, CancellationToken cancellationToken)
    {
        try
        {
            _backend.Open(cancellationToken);
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

        var trimAt = MonotonicNow + _options.TrimInterval;
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
                trimAt = MonotonicNow + (Trim() ? TrimPause : _options.TrimInterval);
            }
        }
    }

    private TimeSpan MonotonicNow => TimeSpan.FromMilliseconds(_options.Time.GetMilliseconds());

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
            results = _backend.Write(batch);
        }
        catch (BackendException exception) when (exception.IsOfData)
        {
            if (batch.Count == 1)
            {
                StoreLog.Rejected(_logger, _backend.Name, exception.Message);
                StoreLog.Stack(_logger, exception, _backend.Name);
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
            Report(lost, _backend.Write(lost));
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

        StoreLog.Fails(_logger, _backend.Name, exception.Message);
        if (exception.InnerException is { } inner)
        {
            StoreLog.Stack(_logger, inner, _backend.Name);
        }

        List<StoreRequest> refused;
        lock (_lock)
        {
            refused = [.. batch, .. _queue.DequeueAll()];
        }

        var result = new StoreResult.Refused(new HistoryStoreException(exception.Message, exception));
        foreach (var request in refused)
        {
            Settle(request, result);
        }

        while (!_disposing.IsCancellationRequested)
        {
            _disposing.Token.WaitHandle.WaitOne(_options.RetryInterval);
            try
            {
                _backend.Probe();
                _trouble = null;
                StoreLog.Works(_logger, _backend.Name);
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
            return _backend.Trim();
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
