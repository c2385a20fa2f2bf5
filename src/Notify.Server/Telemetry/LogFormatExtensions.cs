using Microsoft.Extensions.Logging.Console;
using Notify.Server.Options;

namespace Notify.Server.Telemetry;

/// <summary>
/// Sets the format of log lines: one line each, with the time in UTC, as text or as JSON. The section <c>Logging:Console</c> can change it.
/// </summary>
internal static class LogFormatExtensions
{
    private const string Section = "Logging:Console:FormatterOptions";
    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>Adds the formats and their defaults.</summary>
    public static IServiceCollection AddLogFormat(this IServiceCollection services, LogFormat format)
    {
        services.AddLogging(static logging => logging.AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>());

        // Without a name the provider falls back to options that have no time.
        var name = format == LogFormat.Json ? JsonLogFormatter.FormatterName : ConsoleFormatterNames.Simple;
        services.Configure<ConsoleLoggerOptions>(options => options.FormatterName ??= name);
        services.AddOptions<SimpleConsoleFormatterOptions>().Configure<IConfiguration>(static (options, configuration) =>
        {
            SetTime(options, configuration, Time + " ");
            options.SingleLine = configuration.GetValue($"{Section}:SingleLine", defaultValue: true);
        });
        services.AddOptions<JsonConsoleFormatterOptions>().Configure<IConfiguration>(static (options, configuration) =>
            SetTime(options, configuration, Time));

        // The framework's lines of the start say the same as the notice of the start, but for "Now listening on".
        services.Configure<ConsoleLifetimeOptions>(static lifetime => lifetime.SuppressStatusMessages = true);
        return services;
    }

    /// <summary>Gets whether log lines are plain text, for people.</summary>
    public static bool IsText(IConfiguration configuration, LogFormat format) =>
        configuration["Logging:Console:FormatterName"] is { Length: > 0 } name
            ? name.Equals(ConsoleFormatterNames.Simple, StringComparison.OrdinalIgnoreCase)
            : format == LogFormat.Text;

    private static void SetTime(ConsoleFormatterOptions options, IConfiguration configuration, string format)
    {
        if (options.TimestampFormat is null)
        {
            options.TimestampFormat = format;
            options.UseUtcTimestamp = configuration.GetValue($"{Section}:UseUtcTimestamp", defaultValue: true);
        }
    }
}
