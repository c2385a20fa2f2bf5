using Microsoft.Extensions.Logging.Console;

namespace Notify.Server.Startup;

/// <summary>Sets the format of log lines: one line each, with the time in UTC. The section <c>Logging:Console</c> can change it.</summary>
internal static class LogFormatExtensions
{
    private const string Section = "Logging:Console:FormatterOptions";
    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>Adds the defaults of the text and of the JSON format.</summary>
    public static IServiceCollection AddLogFormat(this IServiceCollection services)
    {
        // Without a name the provider falls back to options that have no time.
        services.Configure<ConsoleLoggerOptions>(static options => options.FormatterName ??= ConsoleFormatterNames.Simple);
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
    public static bool IsText(IConfiguration configuration) =>
        configuration["Logging:Console:FormatterName"] is not { Length: > 0 } name
        || name.Equals(ConsoleFormatterNames.Simple, StringComparison.OrdinalIgnoreCase);

    private static void SetTime(ConsoleFormatterOptions options, IConfiguration configuration, string format)
    {
        if (options.TimestampFormat is null)
        {
            options.TimestampFormat = format;
            options.UseUtcTimestamp = configuration.GetValue($"{Section}:UseUtcTimestamp", defaultValue: true);
        }
    }
}
