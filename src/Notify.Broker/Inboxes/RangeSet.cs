using System.Collections;

namespace Notify.Broker.Inboxes;

/// <summary>
/// Represents an immutable set of offsets as sorted ranges with gaps between them. Equal sets have equal ranges, so their encoded bytes
/// are equal too.
/// </summary>
public sealed class RangeSet : IReadOnlyList<OffsetRange>, IEquatable<RangeSet>
{
    private readonly OffsetRange[] _ranges;

    private RangeSet(OffsetRange[] ranges) => _ranges = ranges;

    /// <summary>Gets the empty set.</summary>
    public static RangeSet Empty { get; } = new([]);

    /// <summary>Gets the number of ranges.</summary>
    public int Count => _ranges.Length;

    /// <summary>Gets the number of offsets.</summary>
    public long Size => _ranges.Sum(range => range.Count);

    /// <inheritdoc />
    public OffsetRange this[int index] => _ranges[index];

    /// <summary>Creates the set of the offsets from <paramref name="from"/> to <paramref name="to"/>; empty if there are none.</summary>
    public static RangeSet Of(long from, long to) => from <= to ? new RangeSet([new OffsetRange(from, to)]) : Empty;

    /// <summary>Creates the set of one offset; the empty set for null.</summary>
    public static RangeSet OfOne(long? offset) => offset is { } only ? Of(only, only) : Empty;

    /// <summary>Creates a set of ranges in any order, which may overlap.</summary>
    public static RangeSet Of(IEnumerable<OffsetRange> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        return Merge(ranges.Where(range => range.From <= range.To).OrderBy(range => range.From));
    }

    /// <summary>Returns the number of offsets above <paramref name="floor"/> that are in at least one of two sets.</summary>
    public static long UnionSize(RangeSet left, RangeSet right, long floor)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        long size = 0;
        var counted = floor;
        for (int i = 0, j = 0; i < left.Count || j < right.Count;)
        {
            var next = j >= right.Count || (i < left.Count && left[i].From <= right[j].From) ? left[i++] : right[j++];
            if (next.To > counted)
            {
                size += next.To - Math.Max(next.From - 1, counted);
                counted = next.To;
            }
        }

        return size;
    }

    /// <summary>Returns whether the set contains an offset.</summary>
    public bool Contains(long offset)
    {
        int low = 0, high = _ranges.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (offset < _ranges[middle].From)
            {
                high = middle - 1;
            }
            else if (offset > _ranges[middle].To)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns the offsets that are in this set or the other.</summary>
    public RangeSet Union(RangeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Count == 0 ? this : Count == 0 ? other : Merge(_ranges.Concat(other._ranges).OrderBy(range => range.From));
    }

    /// <summary>Returns the offsets of this set that are not in the other.</summary>
    public RangeSet Except(RangeSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Count == 0 || other.Count == 0)
        {
            return this;
        }

        var rest = new List<OffsetRange>(Count + 1);
        var j = 0;
        foreach (var range in _ranges)
        {
            var from = range.From;
            while (j < other.Count && other[j].To < from)
            {
                j++;
            }

            // The last range that overlaps this one may overlap the next one, too. It may also end at the largest number.
            var isCovered = false;
            for (var k = j; k < other.Count && other[k].From <= range.To; k++)
            {
                if (from < other[k].From)
                {
                    rest.Add(new OffsetRange(from, other[k].From - 1));
                }

                isCovered = other[k].To >= range.To;
                from = isCovered ? range.To : other[k].To + 1;
            }

            if (!isCovered)
            {
                rest.Add(new OffsetRange(from, range.To));
            }
        }

        return rest.Count == 0 ? Empty : new RangeSet([.. rest]);
    }

    /// <summary>Returns the offsets that are in both sets.</summary>
    public RangeSet Intersect(RangeSet other) => Except(Except(other));

    /// <summary>Gets the offsets one by one. The set must be small.</summary>
    public IReadOnlyList<long> Offsets =>
        [.. _ranges.SelectMany(static range => Enumerable.Range(0, (int)range.Count).Select(i => range.From + i))];

    /// <summary>Returns the offsets of this set that are above <paramref name="floor"/> and up to <paramref name="last"/>.</summary>
    public RangeSet Clip(long floor, long last)
    {
        if (Count == 0 || (_ranges[0].From > floor && _ranges[^1].To <= last))
        {
            return this;
        }

        var clipped = _ranges
            .Select(range => new OffsetRange(Math.Max(range.From, floor + 1), Math.Min(range.To, last)))
            .Where(range => range.From <= range.To)
            .ToArray();
        return clipped.Length == 0 ? Empty : new RangeSet(clipped);
    }

    /// <inheritdoc />
    public bool Equals(RangeSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as RangeSet);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var range in _ranges)
        {
            hash.Add(range);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc />
    public IEnumerator<OffsetRange> GetEnumerator() => ((IEnumerable<OffsetRange>)_ranges).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static RangeSet Merge(IEnumerable<OffsetRange> sorted)
    {
        var merged = new List<OffsetRange>();
        foreach (var range in sorted)
        {
            if (merged.Count > 0 && range.From - 1 <= merged[^1].To)
            {
                merged[^1] = merged[^1] with { To = Math.Max(merged[^1].To, range.To) };
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged.Count == 0 ? Empty : new RangeSet([.. merged]);
    }
}
