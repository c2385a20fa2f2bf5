using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Revocations;
using Notify.Broker.Tracing;

namespace Notify.Storage;

/// <summary>
/// Stores the history in a database. Reads go to the database at once. Everything that writes is a request to one thread; see
/// <see cref="BatchWriter"/>.
/// </summary>
public sealed class BatchingStore : IHistoryStore, IRevocationStore
{
    private readonly IStoreBackend _backend;
    private readonly ChannelOptions _channels;
    private readonly DamageLog _damage;
    private readonly BatchWriter _writer;
    private readonly StoreMeter _meter;

    internal BatchingStore(IStoreBackend backend, ChannelOptions channels, StoreOptions options, ILogger logger)
    {
        _backend = backend;
        _channels = channels;
        _damage = new DamageLog(backend, logger);
        _writer = new BatchWriter(backend, options, logger);
        _meter = new StoreMeter(options.Metrics);
    }

    /// <inheritdoc />
    public bool IsDurable => true;

    /// <inheritdoc />
    public bool HasRoom => _writer.HasRoom;

    /// <inheritdoc />
    public string? Trouble => _writer.Trouble;

    /// <inheritdoc />
    public string? Damage => _damage.Summary;

    /// <inheritdoc />
    public void ReportDamage(string channel, string cause) => _damage.Report(channel, cause);

    /// <inheritdoc />
    public Task OpenAsync(CancellationToken cancellationToken) => _writer.OpenAsync(cancellationToken);

    /// <inheritdoc />
    public Task<ClaimedChannel> ClaimAsync(string channel) => ClaimAsync(channel, isLook: false);

    /// <inheritdoc />
    public Task<ClaimedChannel> LookAsync(string channel) => ClaimAsync(channel, isLook: true);

    /// <inheritdoc />
    public Task<ClaimedChannel> BeginAsync(ClaimedChannel unknown) =>
        ClaimAsync(unknown.Name, isLook: false, unknown.Head.Epoch);

    /// <inheritdoc />
    public Task<AppendOutcome> AppendAsync(ClaimedChannel channel, Notification notification, IdempotencyKey? key) =>
        _writer.Enqueue(new StoreRequest.Append((SqlChannel)channel, notification, key));

    /// <inheritdoc />
    public Task<AppendOutcome> AppendAsync(
        ClaimedChannel channel, Notification notification, IdempotencyKey? key, TraceContext trace) =>
        _writer.Enqueue(new StoreRequest.Append((SqlChannel)channel, notification, key) { Trace = trace });

    /// <inheritdoc />
    public Task<AppendOutcome> AppendAsync(
        ClaimedChannel channel, Notification notification, IdempotencyKey? key, StoredInbox inbox, TraceContext? trace) =>
        _writer.Enqueue(new StoreRequest.Append((SqlChannel)channel, notification, key) { Inbox = inbox, Trace = trace });

    /// <inheritdoc />
    public Task<AppendOutcome> SaveInboxAsync(
        ClaimedChannel channel, StoredInbox inbox, long last, IReadOnlyList<long>? recalled = null) =>
        _writer.Enqueue(new StoreRequest.SaveInbox((SqlChannel)channel, inbox, last, recalled ?? []));

    /// <inheritdoc />
    public Task<bool> EraseAsync(ClaimedChannel channel) =>
        channel.IsKnown ? _writer.Enqueue(new StoreRequest.Erase((SqlChannel)channel)) : Task.FromResult(true);

    /// <inheritdoc />
    public Task<IdempotencyRecord?> FindAsync(ClaimedChannel channel, IdempotencyKey key) =>
        _writer.Enqueue(new StoreRequest.Find((SqlChannel)channel, key));

    /// <inheritdoc />
    public Task<StoredPage> ReadAsync(ClaimedChannel channel, long after, long upTo, int maxBytes) =>
        channel.IsKnown
            ? _meter.MeasureAsync("page", Translate(_backend.ReadAsync((SqlChannel)channel, after, upTo, maxBytes)))
            : Nothing(after);

    /// <inheritdoc />
    public Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels) =>
        _meter.MeasureAsync("peek", Translate(_backend.PeekAsync(channels)));

    /// <inheritdoc />
    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) =>
        _meter.MeasureAsync("list", Translate(_backend.ListAsync(prefix, after, limit)));

    /// <inheritdoc />
    public Task RenewEpochsAsync() => _writer.Enqueue(new StoreRequest.Renew());

    /// <inheritdoc />
    public Task<bool> RenewLostAsync(string channel, KnownNotification known) =>
        _writer.Enqueue(new StoreRequest.RenewLost(channel, known));

    /// <inheritdoc />
    public bool IsShared => true;

    /// <inheritdoc />
    public Task<Revocation> SaveAsync(Revocation revocation, bool isReplacement, long trimBefore) =>
        _writer.Enqueue(new StoreRequest.Revoke(revocation, isReplacement, trimBefore));

    /// <inheritdoc />
    public Task<IReadOnlyList<Revocation>> ReadChangedAsync(long changed, int limit) =>
        Translate(_backend.ReadRevocationsAsync(changed, limit));

    /// <inheritdoc />
    public async Task<byte[]?> ReadLinkKeyAsync() => await Translate(_backend.ReadLinkKeyAsync());

    /// <inheritdoc />
    public void Release(ClaimedChannel channel)
    {
        if (channel.IsKnown)
        {
            _backend.Release((SqlChannel)channel);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

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

    private async Task<ClaimedChannel> ClaimAsync(string channel, bool isLook, string? epoch = null) =>
        await _writer.Enqueue(new StoreRequest.Claim(channel, isLook, epoch, _channels.KindOf(channel)));
}
