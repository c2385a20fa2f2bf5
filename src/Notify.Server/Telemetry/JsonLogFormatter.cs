using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Notify.Server.Telemetry;

/// <summary>
/// Writes log lines as JSON objects (<c>NOTIFY_LOG=json</c>). Operators search by the name of an event, which the framework's formatter
/// does not write; its ids are those of several categories.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class JsonLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name of the formatter in the section <c>Logging:Console</c>.</summary>
    public const string FormatterName = "notify-json";

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = JsonLogLine.Write(
            time.GetUtcNow(),
            logEntry.LogLevel,
            logEntry.Category,
            logEntry.EventId.Name,
            logEntry.Formatter(logEntry.State, logEntry.Exception),
            logEntry.State as IReadOnlyList<KeyValuePair<string, object?>>,
            logEntry.Exception);
        textWriter.Write(line + "\n");
    }
}
