namespace Notify.Server.Memory;

/// <summary>
/// Decides when the memory of a busy time is given back: once, when as little has been allocated for a while as a node allocates that
/// only keeps its connections.
/// </summary>
internal sealed class IdleDetector
{
    /// <summary>How often <see cref="IsIdleNow"/> is asked.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Heartbeats of ten thousand clients allocate less.
    private const long QuietBytes = 5 << 20;

    // As many looks have to be quiet, one after another.
    private const int QuietLooks = 4;

    private long _before;
    private int _quiet;
    private bool _wasBusy;

    /// <summary>Whether to collect now.</summary>
    /// <param name="allocated">What was allocated since the process began, in bytes.</param>
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

        // What is allocated in quiet times is the runtime's business: this stops the whole process for a moment.
        _wasBusy = false;
        return true;
    }
}
