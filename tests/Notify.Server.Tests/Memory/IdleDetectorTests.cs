using Notify.Server.Memory;

namespace Notify.Server.Tests.Memory;

public class IdleDetectorTests
{
    private const long Mega = 1 << 20;

    [Fact]
    public void A_burst_is_collected_once_when_it_has_been_quiet_for_a_while()
    {
        var watch = new IdleDetector();

        Assert.False(watch.IsIdleNow(100 * Mega));
        Assert.Equal([false, false, false, true, false, false, false, false, false], Looks(watch, 100 * Mega, 9, Mega));
    }

    [Fact]
    public void What_is_busy_is_left_to_the_runtime()
    {
        Assert.DoesNotContain(true, Looks(new IdleDetector(), 0, 100, 6 * Mega));
    }

    [Fact]
    public void A_moment_of_work_begins_the_wait_anew()
    {
        var watch = new IdleDetector();

        Assert.False(watch.IsIdleNow(100 * Mega));
        Assert.Equal([false, false, false], Looks(watch, 100 * Mega, 3, 0));
        Assert.False(watch.IsIdleNow(110 * Mega));
        Assert.Equal([false, false, false, true], Looks(watch, 110 * Mega, 4, 0));
    }

    [Fact]
    public void What_is_allocated_in_quiet_times_is_left_to_the_runtime_too() =>
        Assert.DoesNotContain(true, Looks(new IdleDetector(), 0, 1000, 4 * Mega));

    private static List<bool> Looks(IdleDetector watch, long allocated, int count, long step) =>
        [.. Enumerable.Range(1, count).Select(i => watch.IsIdleNow(allocated + (i * step)))];
}
