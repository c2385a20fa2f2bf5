using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Notify.Server.Tests.Support;

/// <summary>Collects the log entries that an operator would have to check: errors, and everything with a stack trace.</summary>
internal sealed class FaultLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _faults = new();

    /// <summary>Returns the entries since the last call.</summary>
    public string Take()
    {
        var faults = new List<string>();
        while (_faults.TryDequeue(out var fault))
        {
            faults.Add(fault);
        }

        return string.Join('\n', faults);
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(FaultLog log, string category) : ILogger
    {
        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && (logLevel >= LogLevel.Error || exception is not null))
            {
                log._faults.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
            }
        }

        // Like the console by default.
        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
