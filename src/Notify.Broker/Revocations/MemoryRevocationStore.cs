namespace Notify.Broker.Revocations;

/// <summary>
/// Numbers the changes of revocations for nodes without a shared store. The revocations themselves are in <see cref="RevokedTokens"/>. The
/// numbers follow the clock, so that those of several nodes can be compared.
/// </summary>
/// <param name="revocations">The revocations of this node.</param>
/// <param name="time">The clock.</param>
public sealed class MemoryRevocationStore(RevokedTokens revocations, TimeProvider time) : IRevocationStore
{
    private readonly Lock _lock = new();
    private long _last;

    /// <inheritdoc />
    public bool IsShared => false;

    /// <inheritdoc />
    public Task<Revocation> SaveAsync(Revocation revocation, bool isReplacement, long trimBefore)
    {
        lock (_lock)
        {
            var known = revocations.Find(revocation.Kind, revocation.Name);
            _last = Math.Max(Math.Max(_last, known?.Changed ?? 0) + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            var merged = known is null || isReplacement
                ? revocation
                : revocation with
                {
                    Before = Math.Max(known.Before, revocation.Before),
                    Until = Math.Max(known.Until, revocation.Until),
                };
            return Task.FromResult(merged with { Changed = _last });
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<Revocation>> ReadChangedAsync(long changed, int limit) => Task.FromResult<IReadOnlyList<Revocation>>([]);
}
