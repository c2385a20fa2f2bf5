using Notify.Broker.Channels;

namespace Notify.Broker.History;

/// <summary>
/// Where the channels of a node keep what they accepted. Safe to call from any thread; results come on any thread, those of one
/// channel's appends in their order. A store that is gone fails what it is asked, and works again by itself when it is back.
/// </summary>
public interface IHistoryStore : IAsyncDisposable
{
    /// <summary>Whether what is kept outlives the channel's owner, so that the next one goes on with the same epoch.</summary>
    bool IsDurable { get; }

    /// <summary>Whether more may be appended now. False: what waits is as much as may wait, and a send is refused.</summary>
    bool HasRoom { get; }

    /// <summary>Why the store does not work now, in a sentence for the operator; null when it works.</summary>
    string? Trouble { get; }

    /// <summary>What was found damaged since the start, in a sentence for the operator; null when nothing was.</summary>
    string? Damage => null;

    /// <summary>A reader found that a part of a channel's history is missing or cannot be read.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="cause">What was found, in a sentence for the operator.</param>
    void ReportDamage(string channel, string cause)
    {
        // What keeps nothing on a disk has nothing to be damaged.
    }

    /// <summary>Opens the store, and creates or migrates what it needs.</summary>
    /// <exception cref="HistoryStoreException">It cannot be used; the message says what to do.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes the caller the owner of a channel, which begins its first life when it is not known. Whoever owned it before fails its
    /// next append.
    /// </summary>
    /// <param name="channel">The channel's name, valid by <see cref="ChannelName.TryCreate"/>.</param>
    /// <exception cref="HistoryStoreException">The store does not work now.</exception>
    Task<ClaimedChannel> ClaimAsync(string channel);

    /// <summary>
    /// Makes the caller the owner of a channel that is known, as <see cref="ClaimAsync"/>; one that is not known stays unknown, and costs the
    /// store nothing. For joins, whose names anybody may choose: they wait behind what sends need.
    /// </summary>
    /// <param name="channel">The channel's name, valid by <see cref="ChannelName.TryCreate"/>.</param>
    /// <returns>The channel; see <see cref="ClaimedChannel.IsKnown"/>.</returns>
    /// <exception cref="HistoryStoreException">The store does not work now, or too many wait.</exception>
    Task<ClaimedChannel> LookAsync(string channel);

    /// <summary>Begins the first life of a channel that was not known, with the epoch that <see cref="LookAsync"/> gave it, and makes the caller its owner.</summary>
    /// <param name="unknown">The channel that was not known. Another owner may have begun it meanwhile; the head says so.</param>
    /// <exception cref="HistoryStoreException">The store does not work now.</exception>
    Task<ClaimedChannel> BeginAsync(ClaimedChannel unknown);

    /// <summary>
    /// Keeps a notification whose offset follows the one before it of the same owner. Several may be under way; when one is not kept,
    /// none that follows it is.
    /// </summary>
    /// <param name="channel">The channel, as claimed.</param>
    /// <param name="notification">What to keep.</param>
    /// <param name="key">The key that its sender gave the send, to be found by <see cref="FindAsync"/>; or null.</param>
    /// <returns>What became of it. Unless it is stored, the owner has to claim the channel again before it appends anything else.</returns>
    Task<AppendOutcome> AppendAsync(ClaimedChannel channel, Notification notification, IdempotencyKey? key);

    /// <summary>Finds the first send of a key that was kept within the last 24 hours.</summary>
    /// <returns>The result of that send, or null.</returns>
    /// <exception cref="HistoryStoreException">The store does not work now.</exception>
    Task<IdempotencyRecord?> FindAsync(ClaimedChannel channel, IdempotencyKey key);

    /// <summary>Reads what follows <paramref name="after"/>, oldest first, up to and including <paramref name="upTo"/>.</summary>
    /// <param name="channel">The channel, as claimed.</param>
    /// <param name="after">An offset, or <see cref="StoredPage.Earliest"/> for all that is kept.</param>
    /// <param name="upTo">The last offset that is wanted.</param>
    /// <param name="maxBytes">Where the page ends, in bytes; always at least one notification where there is one.</param>
    /// <exception cref="HistoryStoreException">The store does not work now.</exception>
    Task<StoredPage> ReadAsync(ClaimedChannel channel, long after, long upTo, int maxBytes);

    /// <summary>Lists the channels that are known, by name in the order of their UTF-8 bytes.</summary>
    /// <param name="prefix">What their names begin with; empty for all.</param>
    /// <param name="after">The name to go on after, or null.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="HistoryStoreException">The store does not work now.</exception>
    Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit);

    /// <summary>
    /// Gives every channel a new epoch, as has to be done when the store is an older copy of itself: a client may hold positions that
    /// this copy has never given, and would be told other notifications under the same offsets.
    /// </summary>
    /// <exception cref="HistoryStoreException">The store does not work now.</exception>
    Task RenewEpochsAsync();

    /// <summary>
    /// Gives a channel a new epoch if the store does not have a notification that somebody was told: what was lost of the history would be
    /// told again to others, and with other notifications under the same offsets.
    /// </summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="known">What was told.</param>
    /// <returns>Whether it has a new epoch. Its owner then is the owner no longer.</returns>
    /// <exception cref="HistoryStoreException">The store does not work now.</exception>
    Task<bool> RenewLostAsync(string channel, KnownNotification known) => Task.FromResult(false);

    /// <summary>The owner is done with the channel, with nothing under way.</summary>
    void Release(ClaimedChannel channel);
}
