using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Tracing;

namespace Notify.Broker.Tests.Channels;

/// <summary>
/// Implements a store that lost the end of its history: every channel ends at one position, in the same epoch, until its epoch is renewed.
/// </summary>
/// <param name="head">The position of every channel.</param>
internal sealed class ForgetfulStore(Position head) : IHistoryStore
{
    private readonly List<KnownNotification> _asked = [];
    private string _epoch = head.Epoch;

    /// <summary>Gets the notifications that the store was asked for.</summary>
    public IReadOnlyList<KnownNotification> Asked
    {
        get
        {
            lock (_asked)
            {
                return [.. _asked];
            }
        }
    }

    public bool IsDurable => true;

    public bool HasRoom => true;

    public string? Trouble => null;

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<ClaimedChannel> ClaimAsync(string channel) =>
        Task.FromResult(new ClaimedChannel(channel, head with { Epoch = _epoch }, []));

    public Task<ClaimedChannel> LookAsync(string channel) => ClaimAsync(channel);

    public Task<ClaimedChannel> BeginAsync(ClaimedChannel unknown) => ClaimAsync(unknown.Name);

    public Task<AppendOutcome> AppendAsync(ClaimedChannel channel, Notification notification, IdempotencyKey? key) =>
        Task.FromResult(AppendOutcome.Stored);

    public Task<AppendOutcome> AppendAsync(
        ClaimedChannel channel, Notification notification, IdempotencyKey? key, StoredInbox inbox, TraceContext? trace) =>
        Task.FromResult(AppendOutcome.Stored);

    public Task<AppendOutcome> SaveInboxAsync(
        ClaimedChannel channel, StoredInbox inbox, long last, IReadOnlyList<long>? recalled = null) =>
        Task.FromResult(AppendOutcome.Stored);

    public Task<bool> EraseAsync(ClaimedChannel channel) => Task.FromResult(true);

    public Task<IdempotencyRecord?> FindAsync(ClaimedChannel channel, IdempotencyKey key) => Task.FromResult<IdempotencyRecord?>(null);

    public Task<StoredPage> ReadAsync(ClaimedChannel channel, long after, long upTo, int maxBytes) =>
        Task.FromResult(new StoredPage(after, []));

    public async Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels) =>
        await Task.WhenAll(channels.Select(ClaimAsync));

    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) =>
        Task.FromResult<IReadOnlyList<StoredChannel>>([]);

    public Task RenewEpochsAsync() => Task.CompletedTask;

    public Task<bool> RenewLostAsync(string channel, KnownNotification known)
    {
        lock (_asked)
        {
            _asked.Add(known);
        }

        var isLost = known.Position.Offset > head.Offset;
        if (isLost)
        {
            _epoch = "renewed";
        }

        return Task.FromResult(isLost);
    }

    public void Release(ClaimedChannel channel)
    {
        // Nothing to release.
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
