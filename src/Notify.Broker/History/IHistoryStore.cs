using Notify.Broker.Channels;
using Notify.Broker.Tracing;

namespace Notify.Broker.History;

/// <summary>
/// Stores the accepted notifications of a node's channels. Safe to use from any thread. Results are delivered on any thread, those of one
/// channel's appends in their order. While the store does not work, requests fail; it recovers automatically.
/// </summary>
public interface IHistoryStore : IAsyncDisposable
{
    /// <summary>Gets whether the history outlives the channel's owner, so that the next owner continues the same epoch.</summary>
    bool IsDurable { get; }

    /// <summary>Gets whether more may be appended now. If not, the backlog is full, and publishes are refused.</summary>
    bool HasRoom { get; }

    /// <summary>Gets a sentence for the operator about why the store does not work; null while it works.</summary>
    string? Trouble { get; }

    /// <summary>Gets a sentence for the operator about damage found since the start; null when there is none.</summary>
    string? Damage => null;

    /// <summary>Reports that a reader found a missing or unreadable part of a channel's history.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="cause">A sentence for the operator about the damage.</param>
    void ReportDamage(string channel, string cause)
    {
        // A store without a disk has no damage.
    }

    /// <summary>Opens the store, and creates or migrates its schema.</summary>
    /// <exception cref="HistoryStoreException">The store cannot be used. The message suggests a fix.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes the caller the owner of a channel. An unknown channel is created with its first epoch. The next append of a former owner
    /// fails.
    /// </summary>
    /// <param name="channel">The channel's name, valid by <see cref="ChannelName.TryCreate"/>.</param>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task<ClaimedChannel> ClaimAsync(string channel);

    /// <summary>
    /// Makes the caller the owner of a known channel, like <see cref="ClaimAsync"/>. An unknown channel is not created and costs the store
    /// nothing. For joins, whose channel names clients choose: they have a lower priority than publishes.
    /// </summary>
    /// <param name="channel">The channel's name, valid by <see cref="ChannelName.TryCreate"/>.</param>
    /// <returns>The channel; see <see cref="ClaimedChannel.IsKnown"/>.</returns>
    /// <exception cref="HistoryStoreException">The store does not work at the moment, or too many requests are waiting.</exception>
    Task<ClaimedChannel> LookAsync(string channel);

    /// <summary>Creates an unknown channel with the epoch from <see cref="LookAsync"/>, and makes the caller its owner.</summary>
    /// <param name="unknown">The unknown channel. Another owner may have created it in the meantime; the head of the result shows
    /// this.</param>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task<ClaimedChannel> BeginAsync(ClaimedChannel unknown);

    /// <summary>
    /// Stores a notification whose offset follows the previous one of the same owner. Several appends may be under way. If one is not
    /// stored, no later one is.
    /// </summary>
    /// <param name="channel">The channel, as claimed.</param>
    /// <param name="notification">The notification.</param>
    /// <param name="key">The idempotency key of the publish, by which <see cref="FindAsync"/> finds it; or null.</param>
    /// <returns>What became of it. Unless it is stored, the owner must claim the channel again before it continues.</returns>
    Task<AppendOutcome> AppendAsync(ClaimedChannel channel, Notification notification, IdempotencyKey? key);

    /// <summary>Stores a notification, and records it as a part of a trace.</summary>
    /// <param name="channel">The channel, as claimed.</param>
    /// <param name="notification">The notification.</param>
    /// <param name="key">The idempotency key of the publish, or null.</param>
    /// <param name="trace">The span of the publish.</param>
    /// <returns>What became of it.</returns>
    Task<AppendOutcome> AppendAsync(ClaimedChannel channel, Notification notification, IdempotencyKey? key, TraceContext trace) =>
        AppendAsync(channel, notification, key);

    /// <summary>Stores a notification and the marks of its inbox, both or none.</summary>
    /// <param name="channel">The channel, as claimed.</param>
    /// <param name="notification">The notification.</param>
    /// <param name="key">The idempotency key of the publish, or null.</param>
    /// <param name="inbox">The marks. The stored revision must be the one before.</param>
    /// <param name="trace">The span of the publish; null for one that is not sampled.</param>
    /// <returns>What became of both.</returns>
    Task<AppendOutcome> AppendAsync(
        ClaimedChannel channel, Notification notification, IdempotencyKey? key, StoredInbox inbox, TraceContext? trace);

    /// <summary>
    /// Stores the marks of an inbox, in the order of the appends of the same owner. Several changes may be under way. If one is not stored,
    /// no later one is.
    /// </summary>
    /// <param name="channel">The channel, as claimed.</param>
    /// <param name="inbox">The marks. The stored revision must be the one before.</param>
    /// <param name="last">The offset of the newest notification when the change was decided. It must be stored.</param>
    /// <param name="recalled">The offsets whose content is overwritten together with the change, or null.</param>
    /// <returns>What became of it. Unless it is stored, the owner must claim the channel again before it continues.</returns>
    Task<AppendOutcome> SaveInboxAsync(
        ClaimedChannel channel, StoredInbox inbox, long last, IReadOnlyList<long>? recalled = null);

    /// <summary>
    /// Erases all notifications, marks and keys of a channel, and gives it a new epoch. The caller owns it no longer.
    /// </summary>
    /// <param name="channel">The channel, as claimed.</param>
    /// <returns>Whether the caller was its owner, and it is erased.</returns>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task<bool> EraseAsync(ClaimedChannel channel);

    /// <summary>Finds the first publish with an idempotency key that was stored within the last 24 hours.</summary>
    /// <returns>The result of that publish, or null.</returns>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task<IdempotencyRecord?> FindAsync(ClaimedChannel channel, IdempotencyKey key);

    /// <summary>
    /// Reads the notifications after <paramref name="after"/>, oldest first, up to and including <paramref name="upTo"/>.
    /// </summary>
    /// <param name="channel">The channel, as claimed.</param>
    /// <param name="after">An offset, or <see cref="StoredPage.Earliest"/> for all stored notifications.</param>
    /// <param name="upTo">The last requested offset.</param>
    /// <param name="maxBytes">The maximum size of the page in bytes; a page has at least one notification if there is one.</param>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task<StoredPage> ReadAsync(ClaimedChannel channel, long after, long upTo, int maxBytes);

    /// <summary>
    /// Reads the heads, the floors and the marks of channels without becoming their owner. Everything that was answered before is in the
    /// result.
    /// </summary>
    /// <param name="channels">The names of the channels.</param>
    /// <returns>
    /// The channels in the order of their names; null for each that the store does not know. They are for <see cref="ReadAsync"/> alone:
    /// they own nothing, and need no <see cref="Release"/>.
    /// </returns>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels);

    /// <summary>
    /// Reads the key that signs links to items, a random text that belongs to the store and that all nodes share. Null for a store that is
    /// not durable.
    /// </summary>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task<byte[]?> ReadLinkKeyAsync() => Task.FromResult<byte[]?>(null);

    /// <summary>Lists the known channels by name, in the order of their UTF-8 bytes.</summary>
    /// <param name="prefix">The prefix of their names; empty for all.</param>
    /// <param name="after">The name after which the list starts, or null.</param>
    /// <param name="limit">The maximum number of channels.</param>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit);

    /// <summary>
    /// Gives every channel a new epoch. This is necessary when the store is an older copy of itself: clients may have positions that this
    /// copy has never assigned, and would receive other notifications under the same offsets.
    /// </summary>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task RenewEpochsAsync();

    /// <summary>
    /// Gives a channel a new epoch if the store has lost a notification that was delivered. Otherwise its offset would be assigned again,
    /// to another notification.
    /// </summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="known">The delivered notification.</param>
    /// <returns>Whether the channel has a new epoch. Its owner has then lost the ownership.</returns>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task<bool> RenewLostAsync(string channel, KnownNotification known) => Task.FromResult(false);

    /// <summary>Releases a channel without requests under way.</summary>
    void Release(ClaimedChannel channel);
}
