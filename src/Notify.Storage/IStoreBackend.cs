using Notify.Broker.History;
using Notify.Broker.Revocations;

namespace Notify.Storage;

/// <summary>
/// Reads and writes the history in one kind of database. One thread calls <see cref="Open"/>, <see cref="Write"/>, <see cref="Trim"/> and
/// <see cref="Probe"/>; any thread may call the other members.
/// </summary>
internal interface IStoreBackend : IDisposable
{
    /// <summary>Gets the name of the database in messages for the operator. It never contains a password.</summary>
    string Name { get; }

    /// <summary>Gets the name of the database system, as the conventions of OpenTelemetry write it.</summary>
    string SystemName { get; }

    /// <summary>Opens the database and creates or migrates its schema.</summary>
    /// <exception cref="HistoryStoreException">The database cannot be used. The message suggests a fix.</exception>
    /// <exception cref="BackendException">The database does not work now but may work later without a restart, for example because the disk
    /// is full.</exception>
    void Open(CancellationToken cancellationToken);

    /// <summary>
    /// Serves all requests of <paramref name="batch"/>: first the claims, then the lookups, then the appends in their order. Returns when
    /// all of them are committed. An append by a former owner is a result and not a failure. A request that cannot be served for a reason
    /// of its own is refused in the result.
    /// </summary>
    /// <returns>The results of all requests.</returns>
    /// <exception cref="BackendException">The transaction failed. The outcome of all its requests is unknown.</exception>
    StoreResults Write(IReadOnlyList<StoreRequest> batch);

    /// <summary>Removes some of the notifications that exceed the limits. Returns true when more can be removed at once.</summary>
    /// <exception cref="BackendException">The transaction failed. Its outcome is unknown.</exception>
    bool Trim();

    /// <summary>Checks whether the database works again.</summary>
    /// <exception cref="BackendException">The database does not work.</exception>
    void Probe();

    /// <summary>Reads a page; see <see cref="IHistoryStore.ReadAsync"/>.</summary>
    /// <exception cref="BackendException">The page could not be read.</exception>
    Task<StoredPage> ReadAsync(SqlChannel channel, long after, long upTo, int maxBytes);

    /// <summary>Reads channels without claiming them; see <see cref="IHistoryStore.PeekAsync"/>.</summary>
    /// <exception cref="BackendException">The channels could not be read.</exception>
    Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels);

    /// <summary>Lists channels; see <see cref="IHistoryStore.ListAsync"/>.</summary>
    /// <exception cref="BackendException">The channels could not be read.</exception>
    Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit);

    /// <summary>Reads revocations; see <see cref="IRevocationStore.ReadChangedAsync"/>.</summary>
    /// <exception cref="BackendException">The revocations could not be read.</exception>
    Task<IReadOnlyList<Revocation>> ReadRevocationsAsync(long changed, int limit);

    /// <summary>Reads the key of links; see <see cref="IHistoryStore.ReadLinkKeyAsync"/>.</summary>
    /// <exception cref="BackendException">The key could not be read.</exception>
    Task<byte[]> ReadLinkKeyAsync();

    /// <summary>Releases a channel that its owner no longer uses.</summary>
    void Release(SqlChannel channel);
}
