using Notify.Broker.Inboxes;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Tests sets of offsets against sets of numbers.</summary>
public sealed class RangeSetTests
{
    [Fact]
    public void Every_operation_has_the_result_of_the_same_on_numbers()
    {
        for (var seed = 1; seed <= 20_000; seed++)
        {
            var random = new Random(seed);
            var (left, right) = (Next(random), Next(random));
            var (leftSet, rightSet) = (Create(left), Create(right));
            Check(left.Union(right), leftSet.Union(rightSet), seed);
            Check(left.Except(right), leftSet.Except(rightSet), seed);
            Check(left.Intersect(right), leftSet.Intersect(rightSet), seed);
            Assert.Equal(leftSet.SelectMany(Offsets), leftSet.Offsets);
            long floor = random.Next(-2, 22), last = random.Next(-2, 22);
            Check(left.Where(offset => offset > floor && offset <= last), leftSet.Clip(floor, last), seed);
            Assert.Equal(left.Union(right).Count(offset => offset > floor), RangeSet.UnionSize(leftSet, rightSet, floor));
        }
    }

    [Fact]
    public void Ranges_that_touch_are_one()
    {
        Assert.Equal([new OffsetRange(1, 9)], RangeSet.Of([new(4, 6), new(7, 9), new(1, 3), new(5, 4)]));
    }

    [Fact]
    public void A_range_may_end_at_the_largest_number()
    {
        var all = RangeSet.Of(1, long.MaxValue);
        Assert.Equal([new OffsetRange(3, 4)], all.Intersect(RangeSet.Of(3, 4)));
        Assert.Empty(RangeSet.Of(3, 4).Except(all));
        Assert.Equal([new OffsetRange(1, 2)], all.Except(RangeSet.Of(3, long.MaxValue)));
        Assert.Equal([new OffsetRange(7, 7)], RangeSet.OfOne(7));
        Assert.Empty(RangeSet.OfOne(null));
    }

    private static HashSet<long> Next(Random random) => [.. Enumerable.Range(1, 20).Where(_ => random.Next(3) == 0).Select(n => (long)n)];

    private static RangeSet Create(IEnumerable<long> offsets) => RangeSet.Of(offsets.Select(offset => new OffsetRange(offset, offset)));

    private static void Check(IEnumerable<long> expected, RangeSet set, int seed)
    {
        var offsets = expected.Order().ToList();
        Assert.True(offsets.SequenceEqual(set.SelectMany(Offsets)), $"seed {seed}");
        Assert.Equal(offsets.Count, set.Size);
        Assert.Equal(Create(offsets), set);
        Assert.All(Enumerable.Range(0, 22), offset => Assert.Equal(offsets.Contains(offset), set.Contains(offset)));
    }

    private static IEnumerable<long> Offsets(OffsetRange range)
    {
        for (var offset = range.From; offset <= range.To; offset++)
        {
            yield return offset;
        }
    }
}
