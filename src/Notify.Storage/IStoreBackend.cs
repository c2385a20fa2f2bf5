using Notify.Broker.History;

namespace Notify.Storage;

/// <summary>
/// A database. <see cref="Open"/>, <see cref="Write"/>, <see cref="Trim"/> and <see cref="Probe"/> are called by one thread, the
/// others by any.
/// </summary>
internal interface IStoreBackend : IDisposable
{
    /// <summary>How the operator knows it: never with a password.</summary>
    string Name { get; }

    /// <summary>Opens the database, creates or migrates what is needed.</summary>
    /// <exception cref="HistoryStoreException">It cannot be used; the message says what to do.</exception>
    /// <exception cref="BackendException">It does not work now, and may later, without a restart: the disk is full.</exception>
    void Open(CancellationToken cancellationToken);

    /// <summary>
    /// Serves all of <paramref name="batch"/>: claims, then finds, then appends in their order, and returns when all of it is
    /// committed. An append whose owner is not the one any more is a result and no failure; what cannot be done now for reasons of its own
    /// has a <see cref="StoreRequest.Refusal"/>.
    /// </summary>
    /// <exception cref="BackendException">Nothing is known to be done.</exception>
    void Write(IReadOnlyList<StoreRequest> batch);

    /// <summary>Takes away a little of what is too much or too old. True when there is more to do at once.</summary>
    /// <exception cref="BackendException">Nothing is known to be done.</exception>
    bool Trim();

    /// <summary>Tries whether the database works again.</summary>
    /// <exception cref="BackendException">It does not.</exception>
    void Probe();

    /// <summary>Reads a page; see <see cref="IHistoryStore.ReadAsync"/>.</summary>
    /// <exception cref="BackendException">It could not be read.</exception>
    Task<StoredPage> ReadAsync(SqlChannel channel, long after, long upTo, int maxBytes);

    /// <summary>Lists channels; see <see cref="IHistoryStore.ListAsync"/>.</summary>
    /// <exception cref="BackendException">It could not be read.</exception>
    Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit);

    /// <summary>The owner is done with the channel.</summary>
    void Release(SqlChannel channel);
}
