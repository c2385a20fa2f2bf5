namespace Notify.Server.Memory;

/// <summary>
/// Decides when to release the memory of a busy period: once, when for a while the node has allocated no more than it needs to keep its
/// connections open.
/// </summary>
internal sealed class IdleDetector
{
    /// <summary>The interval between calls of <see cref="IsIdleNow"/>.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // More than the heartbeats of ten thousand clients allocate.
    private const long QuietBytes = 5 << 20;

    // The number of consecutive quiet checks.
    private const int QuietLooks = 4;

    private long _before;
    private int _quiet;
    private bool _wasBusy;

    /// <summary>Returns whether to collect now.</summary>
    /// <param name="allocated">The bytes allocated since the start of the process.</param>
    public bool IsIdleNow(long allocated)
    {
        if (allocated - _before > QuietBytes)
        {
            (_quiet, _wasBusy) = (0, true);
        }
        else
        {
            _quiet++;
        }

        _before = allocated;
        if (_quiet < QuietLooks || !_wasBusy)
        {
            return false;
        }

        // Only once: a collection stops the whole process for a moment, and the runtime handles the allocations of a quiet period.
        _wasBusy = false;
        return true;
    }
}
