using System.Collections.Concurrent;
using System.Net;

namespace Notify.Server.Limits;

/// <summary>
/// Says what was refused, however often it happens: one line at once for each kind, then at most one a minute with how many there were and
/// who was the last. Strangers so write no more into the log than an operator reads.
/// </summary>
/// <param name="logger">The log.</param>
/// <param name="time">The clock of the minute.</param>
public sealed partial class RefusalLog(ILogger<RefusalLog> logger, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <summary>Something was refused.</summary>
    /// <param name="sentence">What and why, and what the operator may do; the same text for each refusal of the kind.</param>
    /// <param name="address">Whom; null when that is not known.</param>
    public void Add(string sentence, IPAddress? address) => _kinds.GetOrAdd(sentence, static (sentence, log) => new Kind(sentence, log), this).Add(address);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var kind in _kinds.Values)
        {
            kind.Dispose();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Refusal} The last was {Address}; more are counted and said once a minute.", EventName = "Refused")]
    private partial void LogFirst(string refusal, object address);

    [LoggerMessage(2, LogLevel.Warning, "{Refusal} {Count} more in the last minute; the last was {Address}.", EventName = "RefusedOften")]
    private partial void LogMore(string refusal, long count, object address);

    private sealed class Kind : IDisposable
    {
        private readonly string _sentence;
        private readonly RefusalLog _log;
        private readonly ITimer _timer;
        private readonly Lock _lock = new();
        private IPAddress? _last;
        private long _count;
        private bool _isQuiet;

        public Kind(string sentence, RefusalLog log)
        {
            (_sentence, _log) = (sentence, log);
            _timer = log.CreateTimer(Flush);
        }

        private object Last => _last ?? (object)"unknown";

        public void Add(IPAddress? address)
        {
            lock (_lock)
            {
                _last = address;
                if (_isQuiet)
                {
                    _count++;
                    return;
                }

                _isQuiet = true;
                _timer.Change(Interval, Timeout.InfiniteTimeSpan);
                _log.LogFirst(_sentence, Last);
            }
        }

        public void Dispose() => _timer.Dispose();

        private void Flush()
        {
            lock (_lock)
            {
                if (_count == 0)
                {
                    _isQuiet = false;
                    return;
                }

                _log.LogMore(_sentence, _count, Last);
                _count = 0;
                _timer.Change(Interval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private ITimer CreateTimer(Action flush) => time.CreateTimer(static state => ((Action)state!)(), flush, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
