using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Tracing;

namespace Notify.Benchmarks.Scale;

/// <summary>
/// Simulates the database that all nodes share. It answers at once, so that nothing but the broker's own messages and states is measured.
/// </summary>
internal sealed class SimulatedStore : IHistoryStore
{
    // A new owner learns the newest publishes, which may be repeated.
    private const int Recent = 8;

    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Task<AppendOutcome> Stored = Task.FromResult(AppendOutcome.Stored);
    private static readonly Task<AppendOutcome> Fenced = Task.FromResult(AppendOutcome.Fenced);

    private readonly Dictionary<string, (string Epoch, List<Notification> Notifications)> _channels = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public bool IsDurable => true;

    /// <inheritdoc />
    public bool HasRoom => true;

    /// <inheritdoc />
    public string? Trouble => null;

    /// <summary>Returns the newest offset of a channel.</summary>
    public long HeadOf(string channel) => Of(channel).Notifications.Count;

    /// <inheritdoc />
    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task<ClaimedChannel> ClaimAsync(string channel)
    {
        var (epoch, all) = Of(channel);
        var recent = all.Skip(all.Count - Recent).Select(notification => (notification.Id, notification.Offset)).ToList();
        return Task.FromResult(new ClaimedChannel(channel, new Position(epoch, all.Count), recent)
        {
            Newest = all.Count == 0 ? null : all[^1].Id,
        });
    }

    /// <inheritdoc />
    public Task<ClaimedChannel> LookAsync(string channel) => ClaimAsync(channel);

    /// <inheritdoc />
    public Task<ClaimedChannel> BeginAsync(ClaimedChannel unknown) => ClaimAsync(unknown.Name);

    /// <inheritdoc />
    public Task<AppendOutcome> AppendAsync(ClaimedChannel channel, Notification notification, IdempotencyKey? key)
    {
        var all = Of(channel.Name).Notifications;
        if (notification.Offset != all.Count + 1)
        {
            return Fenced;
        }

        all.Add(notification);
        return Stored;
    }

    /// <inheritdoc />
    public Task<AppendOutcome> AppendAsync(
        ClaimedChannel channel, Notification notification, IdempotencyKey? key, StoredInbox inbox, TraceContext? trace) =>
        AppendAsync(channel, notification, key);

    /// <inheritdoc />
    public Task<AppendOutcome> SaveInboxAsync(
        ClaimedChannel channel, StoredInbox inbox, long last, IReadOnlyList<long>? recalled = null) => Stored;

    /// <inheritdoc />
    public Task<bool> EraseAsync(ClaimedChannel channel) => Task.FromResult(false);

    /// <inheritdoc />
    public Task<IdempotencyRecord?> FindAsync(ClaimedChannel channel, IdempotencyKey key) =>
        Task.FromResult<IdempotencyRecord?>(null);

    /// <inheritdoc />
    public Task<StoredPage> ReadAsync(ClaimedChannel channel, long after, long upTo, int maxBytes)
    {
        var from = (int)Math.Max(after, 0);
        var page = Of(channel.Name).Notifications.Skip(from).Take((int)Math.Max(0, Math.Min(upTo, int.MaxValue) - from)).ToList();
        return Task.FromResult(new StoredPage(from, page));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels) =>
        Task.FromResult<IReadOnlyList<ClaimedChannel?>>(new ClaimedChannel?[channels.Count]);

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) =>
        Task.FromResult<IReadOnlyList<StoredChannel>>([]);

    /// <inheritdoc />
    public Task RenewEpochsAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public void Release(ClaimedChannel channel)
    {
        // There is nothing to release.
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private (string Epoch, List<Notification> Notifications) Of(string channel)
    {
        if (!_channels.TryGetValue(channel, out var stored))
        {
            _channels.Add(channel, stored = (InitialEpoch.New(1, channel, Beginning, TimeSpan.FromDays(8)), []));
        }

        return stored;
    }
}
