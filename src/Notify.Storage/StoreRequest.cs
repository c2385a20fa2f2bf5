using System.Diagnostics;
using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Revocations;
using Notify.Broker.Tracing;

namespace Notify.Storage;

/// <summary>Represents a request to the writer. The caller receives the backend's result after the commit.</summary>
internal abstract class StoreRequest
{
    /// <summary>Gets the size that counts toward the backlog, in bytes.</summary>
    public abstract int Cost { get; }

    /// <summary>Gets when the request was made, as a timestamp of <see cref="Stopwatch"/>.</summary>
    public long EnqueuedAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Gets or sets whether the request is completed.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Completes the request after the commit.</summary>
    public abstract void Complete(StoreResult result);

    /// <summary>Fails the request. Its outcome is unknown.</summary>
    public abstract void Fail(HistoryStoreException cause);

    /// <summary>Requests the ownership of a channel.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="isLook">Whether an unknown channel is not created.</param>
    /// <param name="epoch">The epoch of a channel that is created; null for a new epoch.</param>
    /// <param name="kind">The kind of the channel, by its name.</param>
    internal sealed class Claim(string channel, bool isLook = false, string? epoch = null, ChannelKind kind = ChannelKind.Plain)
        : StoreRequest<SqlChannel>
    {
        public string Channel { get; } = channel;

        public ChannelKind Kind { get; } = kind;

        public byte[] Name { get; } = Encoding.UTF8.GetBytes(channel);

        public bool IsLook { get; } = isLook;

        public override int Cost => 256;

        /// <summary>Returns the epoch for a channel that is new or unknown.</summary>
        /// <param name="store">The id of the store.</param>
        /// <param name="now">The time of the store.</param>
        /// <param name="memory">How long the store remembers a channel.</param>
        public string EpochIn(int store, DateTimeOffset now, TimeSpan memory) => epoch ?? InitialEpoch.New(store, Channel, now, memory);

        /// <summary>Creates the result for a channel that is unknown and was not created.</summary>
        public SqlChannel Unknown(int store, DateTimeOffset now, TimeSpan memory) =>
            new(Channel, 0, 0, new Position(EpochIn(store, now, memory), 0), []) { IsKnown = false, Kind = Kind };
    }

    /// <summary>Requests to store a notification.</summary>
    /// <remarks>Continuations run on the writer's thread, so that the channel's actor receives the results in order.</remarks>
    internal sealed class Append(SqlChannel channel, Notification notification, IdempotencyKey? key)
        : StoreRequest<AppendOutcome>(TaskCreationOptions.None)
    {
        public SqlChannel Channel { get; } = channel;

        public Notification Notification { get; } = notification;

        public IdempotencyKey? Key { get; } = key;

        /// <summary>Gets the span of the publish; null for one that is not sampled.</summary>
        public TraceContext? Trace { get; init; }

        /// <summary>Gets the marks that are stored with the notification, both or none; null when it changes none.</summary>
        public StoredInbox? Inbox { get; init; }

        public override int Cost => Notification.Cost + (Inbox?.State.Length ?? 0);

        public override void Fail(HistoryStoreException cause) => Complete(StoreResult.Unknown);
    }

    /// <summary>Requests to store the marks of an inbox; see <see cref="IHistoryStore.SaveInboxAsync"/>.</summary>
    /// <remarks>Continuations run on the writer's thread, so that the channel's actor receives the results in order.</remarks>
    internal sealed class SaveInbox(SqlChannel channel, StoredInbox inbox, long last, IReadOnlyList<long> recalled)
        : StoreRequest<AppendOutcome>(TaskCreationOptions.None)
    {
        public SqlChannel Channel { get; } = channel;

        public StoredInbox Inbox { get; } = inbox;

        public long Last { get; } = last;

        /// <summary>Gets the offsets whose content is overwritten.</summary>
        public IReadOnlyList<long> Recalled { get; } = recalled;

        public override int Cost => Inbox.State.Length + 256;

        public override void Fail(HistoryStoreException cause) => Complete(StoreResult.Unknown);
    }

    /// <summary>Requests to erase a channel. The result is whether its owner asked.</summary>
    internal sealed class Erase(SqlChannel channel) : StoreRequest<bool>
    {
        public SqlChannel Channel { get; } = channel;

        public override int Cost => 256;
    }

    /// <summary>Requests the first publish with an idempotency key.</summary>
    internal sealed class Find(SqlChannel channel, IdempotencyKey key) : StoreRequest<IdempotencyRecord?>
    {
        public SqlChannel Channel { get; } = channel;

        public IdempotencyKey Key { get; } = key;

        public override int Cost => 256;
    }

    /// <summary>
    /// Requests a new epoch for a channel that does not contain a notification that was delivered. The result is whether it has one.
    /// </summary>
    internal sealed class RenewLost(string channel, KnownNotification known) : StoreRequest<bool>
    {
        public string Channel { get; } = channel;

        public byte[] Name { get; } = Encoding.UTF8.GetBytes(channel);

        public KnownNotification Known { get; } = known;

        public override int Cost => 256;
    }

    /// <summary>Requests to store a revocation; see <see cref="IRevocationStore.SaveAsync"/>.</summary>
    internal sealed class Revoke(Revocation revocation, bool isReplacement, long trimBefore) : StoreRequest<Revocation>
    {
        public Revocation Revocation { get; } = revocation;

        public byte[] Name { get; } = Encoding.UTF8.GetBytes(revocation.Name);

        public bool IsReplacement { get; } = isReplacement;

        public long TrimBefore { get; } = trimBefore;

        public override int Cost => 256;
    }

    /// <summary>Requests a new epoch for every channel. The result is always true.</summary>
    internal sealed class Renew : StoreRequest<bool>
    {
        public override int Cost => 0;
    }
}

/// <inheritdoc/>
/// <typeparam name="T">The result's type.</typeparam>
/// <param name="options">How the continuations of the task run.</param>
internal abstract class StoreRequest<T>(TaskCreationOptions options = TaskCreationOptions.RunContinuationsAsynchronously) : StoreRequest
{
    private readonly TaskCompletionSource<T> _done = new(options);

    /// <summary>Gets the task of the caller.</summary>
    public Task<T> Task => _done.Task;

    /// <inheritdoc/>
    public override void Complete(StoreResult result) => _done.SetResult(((StoreResult<T>)result).Value);

    /// <inheritdoc/>
    public override void Fail(HistoryStoreException cause) => _done.SetException(cause);
}
