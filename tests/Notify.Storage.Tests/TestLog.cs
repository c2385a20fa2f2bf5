using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Notify.Storage.Tests;

/// <summary>Collects the log.</summary>
internal sealed class TestLog : ILogger
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    /// <summary>The levels of the lines that have an exception, and so a stack trace.</summary>
    public ConcurrentQueue<LogLevel> Traces { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines.Enqueue((logLevel, formatter(state, exception)));
        if (exception is not null)
        {
            Traces.Enqueue(logLevel);
        }
    }
}
