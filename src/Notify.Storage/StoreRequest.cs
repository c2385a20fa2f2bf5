using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Revocations;

namespace Notify.Storage;

/// <summary>Represents a request to the writer. The backend sets the result; the caller receives it after the commit.</summary>
internal abstract class StoreRequest
{
    /// <summary>Gets the size that counts toward the backlog, in bytes.</summary>
    public abstract int Cost { get; }

    /// <summary>Gets or sets why this request is refused although its batch is committed; null when it is not refused.</summary>
    public HistoryStoreException? Refusal { get; set; }

    /// <summary>Gets or sets whether the request is completed.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Completes the request after the commit.</summary>
    public abstract void Complete();

    /// <summary>Fails the request. Its outcome is unknown.</summary>
    public abstract void Fail(HistoryStoreException cause);

    /// <summary>Requests the ownership of a channel.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="isLook">Whether an unknown channel is not created.</param>
    /// <param name="epoch">The epoch of a channel that is created; null for a new epoch.</param>
    internal sealed class Claim(string channel, bool isLook = false, string? epoch = null) : StoreRequest
    {
        private readonly TaskCompletionSource<ClaimedChannel> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Channel { get; } = channel;

        public byte[] Name { get; } = Encoding.UTF8.GetBytes(channel);

        public bool IsLook { get; } = isLook;

        public override int Cost => 256;

        public SqlChannel? Result { get; set; }

        /// <summary>Returns the epoch for a channel that is new or unknown.</summary>
        /// <param name="store">The id of the store.</param>
        /// <param name="now">The time of the store.</param>
        /// <param name="memory">How long the store remembers a channel.</param>
        public string EpochIn(int store, DateTimeOffset now, TimeSpan memory) => epoch ?? InitialEpoch.New(store, Channel, now, memory);

        /// <summary>Creates the result for a channel that is unknown and was not created.</summary>
        public SqlChannel Unknown(int store, DateTimeOffset now, TimeSpan memory) =>
            new(Channel, 0, 0, new Position(EpochIn(store, now, memory), 0), []) { IsKnown = false };

        public Task<ClaimedChannel> Task => _done.Task;

        public override void Complete() => _done.SetResult(Result!);

        public override void Fail(HistoryStoreException cause) => _done.SetException(cause);
    }

    /// <summary>Requests to store a notification.</summary>
    internal sealed class Append(SqlChannel channel, Notification notification, IdempotencyKey? key) : StoreRequest
    {
        // Continuations run on the writer's thread, so that the channel's actor receives the results in order.
        private readonly TaskCompletionSource<AppendOutcome> _done = new();

        public SqlChannel Channel { get; } = channel;

        public Notification Notification { get; } = notification;

        public IdempotencyKey? Key { get; } = key;

        public override int Cost => Notification.Cost;

        /// <summary>Whether the backend has stored it; counts once the transaction is committed.</summary>
        public bool IsStored { get; set; }

        public Task<AppendOutcome> Task => _done.Task;

        public override void Complete() => _done.SetResult(IsStored ? AppendOutcome.Stored : AppendOutcome.Fenced);

        public override void Fail(HistoryStoreException cause) => _done.SetResult(AppendOutcome.Unknown);
    }

    /// <summary>Requests the first publish with an idempotency key.</summary>
    internal sealed class Find(SqlChannel channel, IdempotencyKey key) : StoreRequest
    {
        private readonly TaskCompletionSource<IdempotencyRecord?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SqlChannel Channel { get; } = channel;

        public IdempotencyKey Key { get; } = key;

        public override int Cost => 256;

        public IdempotencyRecord? Result { get; set; }

        public Task<IdempotencyRecord?> Task => _done.Task;

        public override void Complete() => _done.SetResult(Result);

        public override void Fail(HistoryStoreException cause) => _done.SetException(cause);
    }

    /// <summary>Requests a new epoch for a channel that does not contain a notification that was delivered.</summary>
    internal sealed class RenewLost(string channel, KnownNotification known) : StoreRequest
    {
        private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Channel { get; } = channel;

        public byte[] Name { get; } = Encoding.UTF8.GetBytes(channel);

        public KnownNotification Known { get; } = known;

        public override int Cost => 256;

        public bool IsRenewed { get; set; }

        public Task<bool> Task => _done.Task;

        public override void Complete() => _done.SetResult(IsRenewed);

        public override void Fail(HistoryStoreException cause) => _done.SetException(cause);
    }

    /// <summary>Requests to store a revocation; see <see cref="IRevocationStore.SaveAsync"/>.</summary>
    internal sealed class Revoke(Revocation revocation, bool isReplacement, long trimBefore) : StoreRequest
    {
        private readonly TaskCompletionSource<Revocation> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Revocation Revocation { get; } = revocation;

        public byte[] Name { get; } = Encoding.UTF8.GetBytes(revocation.Name);

        public bool IsReplacement { get; } = isReplacement;

        public long TrimBefore { get; } = trimBefore;

        public override int Cost => 256;

        public Revocation? Result { get; set; }

        public Task<Revocation> Task => _done.Task;

        public override void Complete() => _done.SetResult(Result!);

        public override void Fail(HistoryStoreException cause) => _done.SetException(cause);
    }

    /// <summary>Requests a new epoch for every channel.</summary>
    internal sealed class Renew : StoreRequest
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override int Cost => 0;

        public Task Task => _done.Task;

        public override void Complete() => _done.SetResult();

        public override void Fail(HistoryStoreException cause) => _done.SetException(cause);
    }
}
