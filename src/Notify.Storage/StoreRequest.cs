using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage;

/// <summary>Something that waits for the writer. The backend notes the result; it is told when the transaction is committed.</summary>
internal abstract class StoreRequest
{
    /// <summary>What it is charged while it waits, in bytes.</summary>
    public abstract int Cost { get; }

    /// <summary>Why it is refused although the rest of its batch is committed; null when it is not.</summary>
    public HistoryStoreException? Refusal { get; set; }

    /// <summary>Whether it was answered.</summary>
    public bool IsSettled { get; set; }

    /// <summary>The transaction is committed.</summary>
    public abstract void Complete();

    /// <summary>Nothing is known to be done.</summary>
    public abstract void Fail(HistoryStoreException cause);

    /// <summary>Become the owner of a channel.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="isLook">Whether a channel that is not known stays so.</param>
    /// <param name="epoch">The epoch of one that begins; null for a new one.</param>
    internal sealed class Claim(string channel, bool isLook = false, string? epoch = null) : StoreRequest
    {
        private readonly TaskCompletionSource<ClaimedChannel> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Channel { get; } = channel;

        public byte[] Name { get; } = Encoding.UTF8.GetBytes(channel);

        public bool IsLook { get; } = isLook;

        public override int Cost => 256;

        public SqlChannel? Result { get; set; }

        /// <summary>The epoch of the channel if it begins, or is not known.</summary>
        public string EpochIn(int store, DateTimeOffset now, StoreOptions options) =>
            epoch ?? InitialEpoch.New(store, Channel, now, options.HistoryTtl + options.Afterlife);

        /// <summary>The channel is not known, and nothing was made of it.</summary>
        public SqlChannel Unknown(int store, DateTimeOffset now, StoreOptions options) =>
            new(Channel, 0, 0, new Position(EpochIn(store, now, options), 0), []) { IsKnown = false };

        public Task<ClaimedChannel> Task => _done.Task;

        public override void Complete() => _done.SetResult(Result!);

        public override void Fail(HistoryStoreException cause) => _done.SetException(cause);
    }

    /// <summary>Keep a notification.</summary>
    internal sealed class Append(SqlChannel channel, Notification notification, IdempotencyKey? key) : StoreRequest
    {
        // What follows is told to the channel's actor from the writer's thread, in order.
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

    /// <summary>Find the first send of a key.</summary>
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

    /// <summary>Give a channel a new epoch where it does not have what somebody was told.</summary>
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

    /// <summary>Give every channel a new epoch.</summary>
    internal sealed class Renew : StoreRequest
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override int Cost => 0;

        public Task Task => _done.Task;

        public override void Complete() => _done.SetResult();

        public override void Fail(HistoryStoreException cause) => _done.SetException(cause);
    }
}
