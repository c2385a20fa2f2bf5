using System.Collections.Concurrent;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Holds each channel's owner, last stored offset and revision of its marks in memory. Only one process uses the file, so an append does
/// not have to read it and writes nothing but its notification. Changes in a transaction take effect at its commit. Belongs to the writer's
/// thread, except <see cref="Release"/>, which any thread may call.
/// </summary>
internal sealed class SqliteFence
{
    private readonly ConcurrentDictionary<long, Owned> _owned = new();
    private readonly Dictionary<long, Owned> _changed = [];
    private bool _isCleared;
    private long _owners;

    /// <summary>Sets a new owner and returns its number.</summary>
    public long Claim(long row, long last, long revision)
    {
        var owner = ++_owners;
        _changed[row] = new Owned(owner, last, revision);
        return owner;
    }

    /// <summary>
    /// Advances the last offset if the caller owns the channel and <paramref name="offset"/> is the next one, together with the revision
    /// of the channel's marks if there is one. Returns whether it did.
    /// </summary>
    public bool TryAdvance(SqlChannel channel, long offset, long? revision)
    {
        if (!TryFind(channel, out var owned)
            || owned.Last != offset - 1
            || (revision is { } next && owned.Revision != next - 1))
        {
            return false;
        }

        _changed[channel.Row] = owned with { Last = offset, Revision = revision ?? owned.Revision };
        return true;
    }

    /// <summary>Returns whether the caller owns the channel.</summary>
    public bool IsOwner(SqlChannel channel) => TryFind(channel, out _);

    /// <summary>
    /// Advances the revision of a channel's marks if the caller owns the channel, <paramref name="revision"/> is the next one, and the
    /// notifications up to <paramref name="last"/> are stored. Returns whether it did.
    /// </summary>
    public bool TryChange(SqlChannel channel, long revision, long last)
    {
        if (!TryFind(channel, out var owned) || owned.Revision != revision - 1 || owned.Last < last)
        {
            return false;
        }

        _changed[channel.Row] = owned with { Revision = revision };
        return true;
    }

    /// <summary>Removes all owners.</summary>
    public void Clear()
    {
        _isCleared = true;
        _changed.Clear();
    }

    /// <summary>Applies the changes of the committed transaction.</summary>
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

    /// <summary>Discards the changes of a transaction that was rolled back.</summary>
    public void Discard()
    {
        _isCleared = false;
        _changed.Clear();
    }

    /// <summary>Forgets a channel whose last stored offset is unknown. It must be claimed again.</summary>
    public void Forget(long row) => _owned.TryRemove(row, out _);

    /// <summary>Removes the owner of a channel that has no requests under way.</summary>
    public void Release(SqlChannel channel)
    {
        if (_owned.TryGetValue(channel.Row, out var owned) && owned.Owner == channel.Owner)
        {
            _owned.TryRemove(new(channel.Row, owned));
        }
    }

    private bool TryFind(SqlChannel channel, out Owned owned) =>
        (_changed.TryGetValue(channel.Row, out owned) || (!_isCleared && _owned.TryGetValue(channel.Row, out owned)))
        && owned.Owner == channel.Owner;

    private readonly record struct Owned(long Owner, long Last, long Revision);
}
