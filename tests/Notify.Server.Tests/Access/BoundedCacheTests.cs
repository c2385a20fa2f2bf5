using Notify.Server.Access;

namespace Notify.Server.Tests.Access;

public sealed class BoundedCacheTests
{
    [Fact]
    public void A_value_is_found_until_it_expires()
    {
        var cache = new BoundedCache<string, int>(10);
        cache.Set("a", 1, cost: 2, expiresAt: 5, now: 0);

        Assert.True(cache.TryGet("a", 4, out var value));
        Assert.Equal(1, value);
        Assert.False(cache.TryGet("a", 5, out _));
        Assert.Equal((0, 0), (cache.Count, cache.Cost));
    }

    [Fact]
    public void A_new_value_replaces_the_former_one_and_its_cost()
    {
        var cache = new BoundedCache<string, int>(10);
        cache.Set("a", 1, cost: 9, expiresAt: 5, now: 0);
        cache.Set("a", 2, cost: 3, expiresAt: 9, now: 0);

        Assert.True(cache.TryGet("a", 8, out var value));
        Assert.Equal((2, 3), (value, cache.Cost));
    }

    [Fact]
    public void Expired_values_make_room_first()
    {
        var cache = new BoundedCache<int, int>(16);
        for (var i = 0; i < 16; i++)
        {
            cache.Set(i, i, cost: 1, expiresAt: i < 8 ? 5 : 100, now: 0);
        }

        cache.Set(16, 16, cost: 1, expiresAt: 100, now: 6);

        Assert.Equal(9, cache.Count);
        Assert.All(Enumerable.Range(8, 9), i => Assert.True(cache.TryGet(i, 6, out _)));
    }

    [Fact]
    public void Then_others_make_room()
    {
        var cache = new BoundedCache<int, int>(800);
        for (var i = 0; i < 100_000; i++)
        {
            cache.Set(i, i, cost: 1, expiresAt: 100, now: 0);
            Assert.InRange(cache.Count, 1, 800);
        }

        Assert.InRange(cache.Count, 700, 800);
        Assert.Equal(cache.Count, cache.Cost);
    }

    [Fact]
    public void What_does_not_fit_or_has_expired_is_not_remembered()
    {
        var cache = new BoundedCache<string, int>(10);
        cache.Set("a", 1, cost: 11, expiresAt: 5, now: 0);
        cache.Set("b", 1, cost: 1, expiresAt: 5, now: 5);

        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public async Task Threads_that_replace_each_others_values_leave_the_right_cost()
    {
        var cache = new BoundedCache<int, int>(50);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 20_000; i++)
            {
                cache.Set(random.Next(100), i, cost: random.Next(1, 4), expiresAt: i + 50, now: i);
                cache.TryGet(random.Next(100), i, out _);
            }
        })));

        for (var key = 0; key < 100; key++)
        {
            cache.TryGet(key, long.MaxValue, out _);
        }

        Assert.Equal((0, 0), (cache.Count, cache.Cost));
    }
}
