using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Notify.Broker.Channels;
using Notify.Broker.Queries;
using Notify.Broker.Tracing;

namespace Notify.Broker.History;

/// <summary>
/// Stores only idempotency keys; each channel's owner holds the history in memory. A channel that starts again, on this node or another,
/// has a new epoch.
/// </summary>
/// <param name="time">The clock; null for the usual one.</param>
public sealed class MemoryStore(TimeProvider? time = null) : IHistoryStore
{
    /// <summary>The maximum number of keys; the oldest are removed first.</summary>
    public const int MaxKeys = 100_000;

    private static readonly Task<AppendOutcome> Stored = Task.FromResult(AppendOutcome.Stored);
    private static readonly Task<IdempotencyRecord?> NotFound = Task.FromResult<IdempotencyRecord?>(null);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, LiveChannel> _live = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Channel, IdempotencyKey Key), IdempotencyRecord> _sends = [];
    private readonly Queue<((string Channel, IdempotencyKey Key) Name, long At)> _order = new();

    /// <inheritdoc />
    public bool IsDurable => false;

    /// <inheritdoc />
    public bool HasRoom => true;

    /// <inheritdoc />
    public string? Trouble => null;

    /// <inheritdoc />
    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task<ClaimedChannel> ClaimAsync(string channel)
    {
        var live = new LiveChannel(channel, NewEpoch());
        _live[channel] = live;
        return Task.FromResult<ClaimedChannel>(live);
    }

    /// <inheritdoc />
    public Task<ClaimedChannel> LookAsync(string channel) => ClaimAsync(channel);

    /// <inheritdoc />
    public Task<ClaimedChannel> BeginAsync(ClaimedChannel unknown) => ClaimAsync(unknown.Name);

    /// <inheritdoc />
    public Task<AppendOutcome> AppendAsync(ClaimedChannel channel, Notification notification, IdempotencyKey? key)
    {
        ((LiveChannel)channel).Last = notification.Offset;
        if (key is { } given)
        {
            Remember((channel.Name, given), new IdempotencyRecord(notification.Id, notification.Position));
        }

        return Stored;
    }

    /// <inheritdoc />
    /// <remarks>The marks live with their owner, as the notifications do.</remarks>
    public Task<AppendOutcome> AppendAsync(
        ClaimedChannel channel, Notification notification, IdempotencyKey? key, StoredInbox inbox, TraceContext? trace) =>
        AppendAsync(channel, notification, key);

    /// <inheritdoc />
    /// <remarks>The marks live with their owner, as the notifications do.</remarks>
    public Task<AppendOutcome> SaveInboxAsync(
        ClaimedChannel channel, StoredInbox inbox, long last, IReadOnlyList<long>? recalled = null) => Stored;

    /// <inheritdoc />
    /// <remarks>The notifications and marks end with their owner.</remarks>
    public Task<bool> EraseAsync(ClaimedChannel channel)
    {
        lock (_lock)
        {
            foreach (var name in _sends.Keys.Where(name => name.Channel == channel.Name).ToList())
            {
                _sends.Remove(name);
            }
        }

        return Task.FromResult(true);
    }

    /// <inheritdoc />
    public Task<IdempotencyRecord?> FindAsync(ClaimedChannel channel, IdempotencyKey key)
    {
        lock (_lock)
        {
            Forget(_time.GetMilliseconds());
            return _sends.TryGetValue((channel.Name, key), out var send) ? Task.FromResult<IdempotencyRecord?>(send) : NotFound;
        }
    }

    /// <inheritdoc />
    public Task<StoredPage> ReadAsync(ClaimedChannel channel, long after, long upTo, int maxBytes) =>
        Task.FromResult(new StoredPage(((LiveChannel)channel).Last, null));

    /// <inheritdoc />
    /// <remarks>Only the owners know their channels.</remarks>
    public Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels) =>
        Task.FromResult<IReadOnlyList<ClaimedChannel?>>(new ClaimedChannel?[channels.Count]);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) =>
        Task.FromResult<IReadOnlyList<StoredChannel>>(
    [
        .. _live.Values
            .Where(channel => channel.Name.StartsWith(prefix, StringComparison.Ordinal) && !RegionProbe.Owns(channel.Name))
            .Where(channel => after is null || Utf8Order.Instance.Compare(channel.Name, after) > 0)
            .OrderBy(channel => channel.Name, Utf8Order.Instance)
            .Take(limit)
            .Select(channel => new StoredChannel(channel.Name, channel.Head with { Offset = channel.Last })),
    ]);

    /// <inheritdoc />
    public Task RenewEpochsAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public void Release(ClaimedChannel channel) => _live.TryRemove(new(channel.Name, (LiveChannel)channel));

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string NewEpoch() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(8));

    private void Remember((string Channel, IdempotencyKey Key) name, IdempotencyRecord send)
    {
        lock (_lock)
        {
            var now = _time.GetMilliseconds();
            _sends[name] = send;
            _order.Enqueue((name, now));
            Forget(now);
        }
    }

    private void Forget(long now)
    {
        while (_order.TryPeek(out var oldest)
            && (_order.Count > MaxKeys || now - oldest.At >= (long)IdempotencyKey.Lifetime.TotalMilliseconds))
        {
            _order.Dequeue();
            _sends.Remove(oldest.Name);
        }
    }

    private sealed class LiveChannel(string name, string epoch) : ClaimedChannel(name, new Position(epoch, 0), [])
    {
        private long _last;

        public long Last
        {
            get => Volatile.Read(ref _last);
            set => Volatile.Write(ref _last, value);
        }
    }
}
