using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Notify.Server.Tests.Support;

/// <summary>Records what a server logs, as <c>Level: message</c>.</summary>
internal sealed class LogRecorder : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>Adds it to a server, from a level on.</summary>
    public Action<IServiceCollection> From(LogLevel level) =>
        services => services.AddLogging(logging => logging.AddProvider(this).AddFilter<LogRecorder>(category: null, level));

    /// <summary>Waits until a line holds a text, and returns it.</summary>
    public async Task<string> HasAsync(string text)
    {
        for (var began = DateTime.UtcNow; ; await Task.Delay(5))
        {
            if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            Assert.True(DateTime.UtcNow - began < TestTimeouts.Limit, $"No line has {text}:\n{string.Join('\n', _lines)}");
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose()
    {
    }
}
