using Microsoft.Extensions.Time.Testing;
using Notify.Server.Backends;

namespace Notify.Server.Tests.Backends;

/// <summary>Tests the rate of one secret.</summary>
public sealed class SendRateTests
{
    [Fact]
    public void After_the_burst_the_rate_is_what_it_says()
    {
        var time = new FakeTimeProvider();
        var rate = new SendRate(2, time);
        Assert.Equal(20, Enumerable.Range(0, 30).Count(_ => rate.TryTake()));

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, Enumerable.Range(0, 30).Count(_ => rate.TryTake()));
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        var rate = new SendRate(0, TimeProvider.System);
        Assert.All(Enumerable.Range(0, 10_000), _ => Assert.True(rate.TryTake()));
    }
}
