using System.Collections.Concurrent;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Who owns each channel, and the offset that it kept last. One process has the file, so this is known without a look at it, and an
/// append writes nothing but its notification. What changes in a transaction counts when it is committed. Belongs to the writer's thread,
/// but for <see cref="Release"/>, which may be called from any.
/// </summary>
internal sealed class SqliteFence
{
    private readonly ConcurrentDictionary<long, Owned> _owned = new();
    private readonly Dictionary<long, Owned> _changed = [];
    private bool _isCleared;
    private long _owners;

    /// <summary>Makes a new owner, and returns its number.</summary>
    public long Claim(long row, long last)
    {
        var owner = ++_owners;
        _changed[row] = new Owned(owner, last);
        return owner;
    }

    /// <summary>Whether <paramref name="offset"/> is the next of the channel's owner; if so, it is the last now.</summary>
    public bool TryAdvance(SqlChannel channel, long offset)
    {
        if (!TryFind(channel.Row, out var owned) || owned != new Owned(channel.Owner, offset - 1))
        {
            return false;
        }

        _changed[channel.Row] = owned with { Last = offset };
        return true;
    }

    /// <summary>Nobody owns a channel any more.</summary>
    public void Clear()
    {
        _isCleared = true;
        _changed.Clear();
    }

    /// <summary>The transaction is committed.</summary>
    public void Commit()
    {
        if (_isCleared)
        {
            _owned.Clear();
        }

        foreach (var (row, owned) in _changed)
        {
            _owned[row] = owned;
        }

        Discard();
    }

    /// <summary>The transaction did nothing.</summary>
    public void Discard()
    {
        _isCleared = false;
        _changed.Clear();
    }

    /// <summary>Nobody can tell what is kept of a channel: it has to be claimed again.</summary>
    public void Forget(long row) => _owned.TryRemove(row, out _);

    /// <summary>The owner is done with the channel, with nothing under way.</summary>
    public void Release(SqlChannel channel)
    {
        if (_owned.TryGetValue(channel.Row, out var owned) && owned.Owner == channel.Owner)
        {
            _owned.TryRemove(new(channel.Row, owned));
        }
    }

    private bool TryFind(long row, out Owned owned) =>
        _changed.TryGetValue(row, out owned) || (!_isCleared && _owned.TryGetValue(row, out owned));

    private readonly record struct Owned(long Owner, long Last);
}
