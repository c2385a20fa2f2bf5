using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Tracing;

namespace Notify.Broker.Tests.Channels;

/// <summary>Implements a store in memory whose claims wait until the test completes or fails them.</summary>
internal sealed class HangingStore : IHistoryStore
{
    private readonly MemoryStore _store = new();
    private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _released;

    public int Released => Volatile.Read(ref _released);

    public bool IsDurable => _store.IsDurable;

    public bool HasRoom => _store.HasRoom;

    public string? Trouble { get; private set; }

    public void GoOn() => _goesOn.SetResult();

    public void Fail(string trouble)
    {
        Trouble = trouble;
        _goesOn.SetException(new HistoryStoreException(trouble));
    }

    public Task OpenAsync(CancellationToken cancellationToken) => _store.OpenAsync(cancellationToken);

    public async Task<ClaimedChannel> ClaimAsync(string channel)
    {
        await _goesOn.Task;
        return await _store.ClaimAsync(channel);
    }

    public Task<ClaimedChannel> LookAsync(string channel) => ClaimAsync(channel);

    public Task<ClaimedChannel> BeginAsync(ClaimedChannel unknown) => ClaimAsync(unknown.Name);

    public Task<AppendOutcome> AppendAsync(ClaimedChannel channel, Notification notification, IdempotencyKey? key) =>
        _store.AppendAsync(channel, notification, key);

    public Task<AppendOutcome> AppendAsync(
        ClaimedChannel channel, Notification notification, IdempotencyKey? key, StoredInbox inbox, TraceContext? trace) =>
        _store.AppendAsync(channel, notification, key, inbox, trace);

    public Task<AppendOutcome> SaveInboxAsync(
        ClaimedChannel channel, StoredInbox inbox, long last, IReadOnlyList<long>? recalled = null) =>
        _store.SaveInboxAsync(channel, inbox, last, recalled);

    public Task<bool> EraseAsync(ClaimedChannel channel) => _store.EraseAsync(channel);

    public Task<IdempotencyRecord?> FindAsync(ClaimedChannel channel, IdempotencyKey key) => _store.FindAsync(channel, key);

    public Task<StoredPage> ReadAsync(ClaimedChannel channel, long after, long upTo, int maxBytes) =>
        _store.ReadAsync(channel, after, upTo, maxBytes);

    public Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels) => _store.PeekAsync(channels);

    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) => _store.ListAsync(prefix, after, limit);

    public Task RenewEpochsAsync() => _store.RenewEpochsAsync();

    public void Release(ClaimedChannel channel)
    {
        _store.Release(channel);
        Interlocked.Increment(ref _released);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
