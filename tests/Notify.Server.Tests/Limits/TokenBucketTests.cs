using Notify.Server.Limits;

namespace Notify.Server.Tests.Limits;

public sealed class TokenBucketTests
{
    private const long Start = 1_000_000;

    [Fact]
    public void Ten_seconds_worth_may_be_taken_at_once_and_no_more()
    {
        var (bucket, rate) = (default(TokenBucket), new TokenRate(100));
        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(0, bucket.Consume(rate, 1, Start));
        }

        Assert.Equal(10, bucket.Consume(rate, 1, Start));
        Assert.Equal(20, bucket.Consume(rate, 1, Start));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void In_the_long_run_the_rate_is_kept(int perSecond)
    {
        var (bucket, rate, now) = (default(TokenBucket), new TokenRate(perSecond), Start);
        for (var i = 0; i < perSecond * 100; i++)
        {
            now += bucket.Consume(rate, 1, now);
        }

        // A hundred seconds' worth, of which ten came at once.
        Assert.InRange(now - Start, 89_000, 91_000);
    }

    [Fact]
    public void What_is_not_taken_is_kept_up_to_the_burst()
    {
        var (bucket, rate) = (default(TokenBucket), new TokenRate(10));
        Assert.Equal(0, bucket.Consume(rate, 100, Start));
        Assert.Equal(0, bucket.Consume(rate, 10, Start + 1000));
        Assert.Equal(100, bucket.Consume(rate, 1, Start + 1000));
        Assert.Equal(0, bucket.Consume(rate, 100, Start + 1_000_000));
        Assert.Equal(100, bucket.Consume(rate, 1, Start + 1_000_000));
    }

    [Fact]
    public void A_debt_is_waited_for_as_a_whole()
    {
        var (bucket, rate) = (default(TokenBucket), new TokenRate(10));
        Assert.Equal(90_000, bucket.Consume(rate, 1000, Start));
        Assert.Equal(0, bucket.Consume(rate, 0, Start + 90_000));
    }

    [Fact]
    public void Without_a_rate_nobody_waits() => Assert.Equal(0, default(TokenBucket).Consume(default, int.MaxValue, Start));
}
