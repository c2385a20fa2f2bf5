using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Inboxes;
using Notify.Broker.Metrics;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Tests that following is tried again, for a bounded number of users.</summary>
public sealed class FollowRetriesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly BrokerMetrics _metrics = new();
    private int _attempts;

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task It_is_tried_again_until_the_owner_responds()
    {
        var retries = new FollowRetries((_, _, _) => Task.FromResult(++_attempts == 3), _time, _metrics.Limits);
        var following = retries.FollowAsync("user:1", ["announce:all"], mayCreate: true);
        Assert.Equal(1, _attempts);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, _attempts);
        _time.Advance(TimeSpan.FromSeconds(2));
        await following;
        Assert.Equal(3, _attempts);
    }

    [Fact]
    public async Task After_two_minutes_only_the_next_join_tries_again()
    {
        var retries = new FollowRetries((_, _, _) => Task.FromResult(++_attempts < 0), _time, _metrics.Limits);
        var following = retries.FollowAsync("user:1", ["announce:all"], mayCreate: true);
        for (var second = 0; second < 127; second++)
        {
            Assert.False(following.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await following;
        Assert.Equal(8, _attempts);
    }

    [Fact]
    public async Task Above_the_limit_it_is_not_tried_again()
    {
        var retries = new FollowRetries((_, _, _) => Task.FromResult(++_attempts > FollowRetries.MaxWaiting + 1), _time, _metrics.Limits);
        var waiting = Enumerable.Range(0, FollowRetries.MaxWaiting)
            .Select(user => retries.FollowAsync($"user:{user}", ["announce:all"], mayCreate: true))
            .ToList();
        await retries.FollowAsync("user:more", ["announce:all"], mayCreate: true);
        Assert.Equal("follows", Assert.Single(_metrics.Limits.Recent).Limit);
        Assert.DoesNotContain(waiting, static each => each.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(waiting);
        _attempts = 0;
        Assert.False(retries.FollowAsync("user:more", ["announce:all"], mayCreate: true).IsCompleted);
    }
}
