using System.Collections;

namespace Notify.Broker.Inboxes;

/// <summary>
/// Represents an immutable map from offsets to numbers, in the order of the offsets. Equal maps have equal entries, so their encoded bytes
/// are equal too.
/// </summary>
public sealed class OffsetMap : IReadOnlyList<OffsetMap.Entry>, IEquatable<OffsetMap>
{
    private readonly Entry[] _entries;

    private OffsetMap(Entry[] entries) => _entries = entries;

    /// <summary>Gets the empty map.</summary>
    public static OffsetMap Empty { get; } = new([]);

    /// <summary>Gets the number of offsets.</summary>
    public int Count => _entries.Length;

    /// <inheritdoc />
    public Entry this[int index] => _entries[index];

    /// <summary>Creates a map of entries in the order of their offsets.</summary>
    public static OffsetMap Of(IReadOnlyList<Entry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return entries.Count == 0 ? Empty : new OffsetMap([.. entries]);
    }

    /// <summary>Returns the map with one more offset, which is above all others.</summary>
    public OffsetMap Add(long offset, long number) => new([.. _entries, new Entry(offset, number)]);

    /// <summary>Returns the offset with a number; null if there is none.</summary>
    public long? Find(long number)
    {
        var index = Array.FindIndex(_entries, entry => entry.Number == number);
        return index < 0 ? null : _entries[index].Offset;
    }

    /// <summary>Returns the offsets whose numbers are at most <paramref name="limit"/>.</summary>
    public RangeSet UpTo(long limit) => RangeSet.Of(
        _entries.Where(entry => entry.Number <= limit).Select(static entry => new OffsetRange(entry.Offset, entry.Offset)));

    /// <summary>Returns the map without the given offsets.</summary>
    public OffsetMap Except(RangeSet offsets)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        return Where(entry => !offsets.Contains(entry.Offset));
    }

    /// <summary>Returns the entries whose offsets are above <paramref name="floor"/> and up to <paramref name="last"/>.</summary>
    public OffsetMap Clip(long floor, long last) => Where(entry => entry.Offset > floor && entry.Offset <= last);

    /// <inheritdoc />
    public bool Equals(OffsetMap? other) => other is not null && _entries.AsSpan().SequenceEqual(other._entries);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as OffsetMap);

    /// <inheritdoc />
    public override int GetHashCode() => _entries.Length == 0 ? 0 : HashCode.Combine(_entries.Length, _entries[^1]);

    /// <inheritdoc />
    public IEnumerator<Entry> GetEnumerator() => ((IEnumerable<Entry>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private OffsetMap Where(Func<Entry, bool> isKept) =>
        Array.TrueForAll(_entries, entry => isKept(entry)) ? this : Of([.. _entries.Where(isKept)]);

    /// <summary>Represents an offset and its number.</summary>
    /// <param name="Offset">The offset.</param>
    /// <param name="Number">The number.</param>
    public readonly record struct Entry(long Offset, long Number);
}
