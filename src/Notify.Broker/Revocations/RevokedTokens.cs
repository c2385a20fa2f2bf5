using System.Collections.Concurrent;
using Notify.Protocol.Tokens;

namespace Notify.Broker.Revocations;

/// <summary>
/// Holds all revocations in memory, so that each token is checked without a request. Any thread checks tokens and applies revocations.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class RevokedTokens(TimeProvider time)
{
    private static readonly Comparer<(RevocationKind Kind, string Name)> Order = Comparer<(RevocationKind Kind, string Name)>.Create(
        static (x, y) => x.Kind == y.Kind ? string.CompareOrdinal(x.Name, y.Name) : x.Kind.CompareTo(y.Kind));

    private readonly ConcurrentDictionary<(RevocationKind Kind, string Name), Revocation> _byName = new();
    private readonly SortedSet<(RevocationKind Kind, string Name)> _names = new(Order);
    private readonly Lock _lock = new();
    private long _version;
    private volatile bool _isRead;

    /// <summary>
    /// Gets whether all revocations that other nodes know were read. Until then no token is accepted, because it might be revoked.
    /// </summary>
    public bool IsRead => _isRead;

    /// <summary>Gets the number of revocations.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _names.Count;
            }
        }
    }

    /// <summary>Returns the number of revocations of a kind, also of those that have ended but are not removed yet.</summary>
    public int CountOf(RevocationKind kind)
    {
        lock (_lock)
        {
            return _names.Count(name => name.Kind == kind);
        }
    }

    /// <summary>Gets a number that increases with each change, so that caches of verified tokens notice it.</summary>
    public long Version => Interlocked.Read(ref _version);

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Returns why a token that is otherwise valid is refused; <see cref="TokenFailure.None"/> when it is accepted.</summary>
    public TokenFailure Check(TokenClaims claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (!_isRead)
        {
            return TokenFailure.NoKeys;
        }

        if (IsRevoked(RevocationKind.User, claims.User, claims.IssuedAt)
            || IsRevoked(RevocationKind.Session, claims.SessionId, claims.IssuedAt)
            || IsRevoked(RevocationKind.TokenId, claims.Id, claims.IssuedAt))
        {
            return TokenFailure.Revoked;
        }

        return claims.User is { } user && _byName.TryGetValue((RevocationKind.BlockedUser, user), out var block) && block.Until > Now
            ? TokenFailure.Blocked
            : TokenFailure.None;
    }

    /// <summary>Returns the revocation of a name, which may have ended; null when there is none.</summary>
    public Revocation? Find(RevocationKind kind, string name) => _byName.GetValueOrDefault((kind, name));

    /// <summary>
    /// Applies a revocation of this node, of another one or of the store. They arrive in any order, and several times: times of revoked
    /// tokens only grow, and of several changes of a block the last one counts.
    /// </summary>
    /// <returns>Whether anything changed.</returns>
    public bool Apply(Revocation revocation)
    {
        ArgumentNullException.ThrowIfNull(revocation);
        var key = (revocation.Kind, revocation.Name);
        lock (_lock)
        {
            var next = _byName.TryGetValue(key, out var known) ? Merge(known, revocation) : revocation;
            if (next == known)
            {
                return false;
            }

            _byName[key] = next;
            _names.Add(key);
        }

        Interlocked.Increment(ref _version);
        return true;
    }

    /// <summary>Notes that all revocations were read.</summary>
    public void MarkRead() => _isRead = true;

    /// <summary>Removes revocations that ended some time ago.</summary>
    public void Trim()
    {
        var before = Now - Revocation.Afterlife;
        lock (_lock)
        {
            foreach (var ended in _byName.Values.Where(revocation => revocation.Until < before).ToList())
            {
                _byName.TryRemove((ended.Kind, ended.Name), out _);
                _names.Remove((ended.Kind, ended.Name));
            }
        }
    }

    /// <summary>Lists revocations by kind and name, in ordinal order, also those that have ended but are not removed yet.</summary>
    /// <param name="after">The kind and the name after which the list starts; null for its start.</param>
    /// <param name="limit">The maximum number of revocations.</param>
    public IReadOnlyList<Revocation> List((RevocationKind Kind, string Name)? after, int limit)
    {
        lock (_lock)
        {
            if (_names.Count == 0 || (after is { } last && Order.Compare(last, _names.Max) >= 0))
            {
                return [];
            }

            var rest = after is { } start ? _names.GetViewBetween(start, _names.Max) : _names;
            return [.. rest.SkipWhile(name => name == after).Take(limit).Select(name => _byName[name])];
        }
    }

    /// <summary>Returns whether a revocation has an effect now.</summary>
    public bool IsInForce(Revocation revocation)
    {
        ArgumentNullException.ThrowIfNull(revocation);
        return revocation.Until > Now;
    }

    private static Revocation Merge(Revocation known, Revocation next)
    {
        if (known.Kind == RevocationKind.BlockedUser)
        {
            return next.Changed > known.Changed ? next : known;
        }

        return known with
        {
            Before = Math.Max(known.Before, next.Before),
            Until = Math.Max(known.Until, next.Until),
            Changed = Math.Max(known.Changed, next.Changed),
        };
    }

    private bool IsRevoked(RevocationKind kind, string? name, long issuedAt) =>
        name is not null && _byName.TryGetValue((kind, name), out var revocation) && issuedAt <= revocation.Before;
}
