using Notify.Server.Options;
using Notify.Server.Telemetry;

namespace Notify.Server.Startup;

/// <summary>Writes why the server cannot start to the standard error, in the format of the log.</summary>
internal static class StartFailure
{
    private const string Category = "Notify.Server";
    private const string Event = "StartFailed";
    private const string Settings = "Notify cannot start with these settings:";

    /// <summary>Writes the errors of the settings.</summary>
    public static Task WriteAsync(IReadOnlyList<string> errors, LogFormat format) => format == LogFormat.Json
        ? WriteLineAsync($"{Settings} {string.Join("; ", errors)}")
        : Console.Error.WriteLineAsync(string.Join('\n', errors.Select(static error => "  " + error).Prepend(Settings)));

    /// <summary>Writes another reason.</summary>
    public static Task WriteAsync(string reason, LogFormat format) => format == LogFormat.Json
        ? WriteLineAsync("Notify cannot start: " + reason)
        : Console.Error.WriteLineAsync("Notify cannot start: " + reason);

    private static Task WriteLineAsync(string message) =>
        Console.Error.WriteLineAsync(JsonLogLine.Write(DateTimeOffset.UtcNow, LogLevel.Critical, Category, Event, message));
}
