using Notify.Broker.Metrics;

namespace Notify.Broker.Tests.Metrics;

public sealed class DurationBucketsTests
{
    [Fact]
    public void A_percentile_is_the_upper_bound_of_its_bucket()
    {
        var buckets = new DurationBuckets();
        var before = buckets.Read();
        for (var i = 0; i < 99; i++)
        {
            buckets.Add(TimeSpan.FromMilliseconds(3));
        }

        buckets.Add(TimeSpan.FromMilliseconds(700));

        var after = buckets.Read();
        Assert.Equal(4, DurationBuckets.Percentile(before, after, 0.99));
        Assert.Equal(1024, DurationBuckets.Percentile(before, after, 1));
    }

    [Fact]
    public void Only_what_was_counted_between_the_reads_counts()
    {
        var buckets = new DurationBuckets();
        buckets.Add(TimeSpan.FromSeconds(10));
        var before = buckets.Read();

        Assert.Null(DurationBuckets.Percentile(before, buckets.Read(), 0.99));
        buckets.Add(TimeSpan.Zero);
        Assert.Equal(0.0625, DurationBuckets.Percentile(before, buckets.Read(), 0.99));
    }

    [Fact]
    public void A_duration_beyond_all_buckets_counts_in_the_last_one()
    {
        var buckets = new DurationBuckets();
        var before = buckets.Read();

        buckets.Add(TimeSpan.FromHours(1));

        Assert.Equal(131_072, DurationBuckets.Percentile(before, buckets.Read(), 0.5));
    }
}
