namespace Notify.Broker.Remoting;

/// <summary>
/// Writes one kind of log line at most once an interval: the first time at once, then with how often it happened meanwhile and where it
/// happened last. Safe to use from any thread.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="interval">The time between two lines.</param>
/// <param name="write">Writes a line with the count and the last place.</param>
internal sealed class MinuteLog(TimeProvider time, TimeSpan interval, Action<long, string> write) : IDisposable
{
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private string _last = "";
    private long _count;
    private bool _isDisposed;

    /// <summary>Counts one more.</summary>
    public void Add(string place)
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
        string last;
        lock (_gate)
        {
            (count, last) = (_count, _last);
            _count = 0;
            if (count == 0)
            {
                // The next one is written at once.
                _timer?.Dispose();
                _timer = null;
                return;
            }
        }

        write(count, last);
    }
}
