using System.Collections.Concurrent;

namespace Notify.Server.Troubles;

/// <summary>
/// Remembers the last log entries of the level Warning and above, at most <see cref="MaxEntries"/> and <see cref="MaxBytes"/>. An entry
/// that equals a remembered one is counted with it. Safe to use from any thread.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class TroubleLog(TimeProvider time) : ILoggerProvider
{
    /// <summary>The largest number of entries; the oldest are forgotten.</summary>
    public const int MaxEntries = 200;

    /// <summary>The largest number of characters of a message; longer ones are cut.</summary>
    public const int MaxMessage = 1000;

    /// <summary>The memory of all texts, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private readonly ConcurrentDictionary<string, Logger> _loggers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly List<LoggedTrouble> _entries = [];
    private int _bytes;

    /// <summary>Gets the entries, the newest first.</summary>
    public IReadOnlyList<LoggedTrouble> All
    {
        get
        {
            lock (_gate)
            {
                return [.. Enumerable.Reverse(_entries)];
            }
        }
    }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) =>
        _loggers.GetOrAdd(categoryName, static (category, log) => new Logger(log, category), this);

    /// <inheritdoc />
    public void Dispose()
    {
        // Nothing is open.
    }

    private void Add(LogLevel level, string name, string message, long count)
    {
        if (message.Length > MaxMessage)
        {
            message = message[..MaxMessage];
        }

        var entry = new LoggedTrouble(time.GetUtcNow(), NameOf(level), name, message, count);
        lock (_gate)
        {
            var same = _entries.FindLastIndex(other => other.Event == name && other.Message == message && other.Level == entry.Level);
            if (same >= 0)
            {
                entry = entry with { Count = _entries[same].Count + count };
                Forget(same);
            }

            _entries.Add(entry);
            _bytes += BytesOf(entry);
            while (_entries.Count > MaxEntries || _bytes > MaxBytes)
            {
                Forget(0);
            }
        }
    }

    private void Forget(int index)
    {
        _bytes -= BytesOf(_entries[index]);
        _entries.RemoveAt(index);
    }

    private static int BytesOf(LoggedTrouble entry) => sizeof(char) * (entry.Event.Length + entry.Message.Length);

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };

    private sealed class Logger(TroubleLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var message = formatter(state, exception);
            if (exception is not null)
            {
                message = $"{message} {exception.GetType().Name}: {exception.Message}";
            }

            log.Add(logLevel, eventId.Name ?? category, message, CountOf(state));
        }

        // Lines that are logged once a minute have the number of occurrences.
        private static long CountOf<TState>(TState state)
        {
            if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                foreach (var (name, value) in values)
                {
                    if (name == "Count" && value is long or int)
                    {
                        return Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture);
                    }
                }
            }

            return 1;
        }
    }
}
