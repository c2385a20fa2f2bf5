using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Metrics;

namespace Notify.Broker.Tests.Metrics;

/// <summary>Tests which limits count as reached.</summary>
public sealed class RecentRefusalsTests
{
    [Fact]
    public void A_limit_is_listed_for_a_minute_after_its_last_refusal_and_counted_from_the_first()
    {
        var time = new FakeTimeProvider();
        using var metrics = new BrokerMetrics(time);
        var began = time.GetUtcNow();

        metrics.Limits.Refused("joins");
        time.Advance(TimeSpan.FromSeconds(40));
        metrics.Limits.Refused("joins");
        metrics.Limits.Refused("connections");
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.Contains(new ReachedLimit("joins", 2, began, began.AddSeconds(40)), metrics.Limits.Recent);
        Assert.Equal(2, metrics.Limits.Recent.Count);

        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(metrics.Limits.Recent);

        metrics.Limits.Refused("joins");
        Assert.Equal(1, Assert.Single(metrics.Limits.Recent).Count);
    }
}
