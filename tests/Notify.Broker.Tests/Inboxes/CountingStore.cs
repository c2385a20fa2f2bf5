using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Tracing;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Counts the writes to a store in memory.</summary>
internal sealed class CountingStore : IHistoryStore
{
    private readonly MemoryStore _inner = new();
    private int _appends;
    private int _saves;

    /// <summary>Gets the number of notifications and of rows of marks that were written so far.</summary>
    public (int Appends, int Saves) Writes => (Volatile.Read(ref _appends), Volatile.Read(ref _saves));

    public bool IsDurable => _inner.IsDurable;

    public bool HasRoom => _inner.HasRoom;

    public string? Trouble => _inner.Trouble;

    public Task OpenAsync(CancellationToken cancellationToken) => _inner.OpenAsync(cancellationToken);

    public Task<ClaimedChannel> ClaimAsync(string channel) => _inner.ClaimAsync(channel);

    public Task<ClaimedChannel> LookAsync(string channel) => _inner.LookAsync(channel);

    public Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels) => _inner.PeekAsync(channels);

    public Task<ClaimedChannel> BeginAsync(ClaimedChannel unknown) => _inner.BeginAsync(unknown);

    public Task<AppendOutcome> AppendAsync(ClaimedChannel channel, Notification notification, IdempotencyKey? key)
    {
        Interlocked.Increment(ref _appends);
        return _inner.AppendAsync(channel, notification, key);
    }

    public Task<AppendOutcome> AppendAsync(
        ClaimedChannel channel, Notification notification, IdempotencyKey? key, StoredInbox inbox, TraceContext? trace)
    {
        Interlocked.Increment(ref _appends);
        Interlocked.Increment(ref _saves);
        return _inner.AppendAsync(channel, notification, key, inbox, trace);
    }

    public Task<AppendOutcome> SaveInboxAsync(
        ClaimedChannel channel, StoredInbox inbox, long last, IReadOnlyList<long>? recalled = null)
    {
        Interlocked.Increment(ref _saves);
        return _inner.SaveInboxAsync(channel, inbox, last, recalled);
    }

    public Task<bool> EraseAsync(ClaimedChannel channel) => _inner.EraseAsync(channel);

    public Task<IdempotencyRecord?> FindAsync(ClaimedChannel channel, IdempotencyKey key) => _inner.FindAsync(channel, key);

    public Task<StoredPage> ReadAsync(ClaimedChannel channel, long after, long upTo, int maxBytes) =>
        _inner.ReadAsync(channel, after, upTo, maxBytes);

    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) => _inner.ListAsync(prefix, after, limit);

    public Task RenewEpochsAsync() => _inner.RenewEpochsAsync();

    public void Release(ClaimedChannel channel) => _inner.Release(channel);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
