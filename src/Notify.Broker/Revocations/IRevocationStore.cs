using Notify.Broker.History;

namespace Notify.Broker.Revocations;

/// <summary>Stores revocations. Safe to use from any thread.</summary>
public interface IRevocationStore
{
    /// <summary>Gets whether all nodes read the same store. Otherwise they learn of revocations only from each other.</summary>
    bool IsShared { get; }

    /// <summary>
    /// Stores a revocation. If there is one of the same kind and name, the later of each of the two times is kept. Removes revocations that
    /// ended before <paramref name="trimBefore"/>.
    /// </summary>
    /// <param name="revocation">The revocation.</param>
    /// <param name="isReplacement">Whether the times replace those of an existing revocation, even by earlier ones.</param>
    /// <param name="trimBefore">A second since 1970.</param>
    /// <returns>The revocation as it is stored, with the number of its change.</returns>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task<Revocation> SaveAsync(Revocation revocation, bool isReplacement, long trimBefore);

    /// <summary>Reads the revocations that changed after a change, in the order of their changes.</summary>
    /// <param name="changed">The number of the last change that is known; 0 for all.</param>
    /// <param name="limit">The maximum number of revocations.</param>
    /// <exception cref="HistoryStoreException">The store does not work at the moment.</exception>
    Task<IReadOnlyList<Revocation>> ReadChangedAsync(long changed, int limit);
}
