namespace Notify.Broker;

/// <summary>
/// Writes one kind of log line at most once in an interval: the first time at once, and then with the number of occurrences and the last
/// place. Remote parties therefore cannot write more into the log than an operator can read. Safe to use from any thread.
/// </summary>
/// <typeparam name="T">The place or party of an occurrence.</typeparam>
/// <param name="time">The clock.</param>
/// <param name="interval">The time between two lines.</param>
/// <param name="write">Writes a line with the count and the last place.</param>
public sealed class MinuteLog<T>(TimeProvider time, TimeSpan interval, Action<long, T> write) : IDisposable
{
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private T _last = default!;
    private long _count;
    private bool _isDisposed;

    /// <summary>Counts an occurrence.</summary>
    public void Add(T place)
    {
        lock (_gate)
        {
            if (_timer is not null || _isDisposed)
            {
                _count++;
                _last = place;
                return;
            }

            _timer = time.CreateTimer(_ => Tick(), state: null, interval, interval);
        }

        write(1, place);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Tick()
    {
        long count;
        T last;
        lock (_gate)
        {
            (count, last) = (_count, _last);
            _count = 0;
            if (count == 0)
            {
                // The next occurrence is logged at once.
                _timer?.Dispose();
                _timer = null;
                return;
            }
        }

        write(count, last);
    }
}
