using Notify.Broker;
using Notify.Server.Access;
using Notify.Server.Backends;
using Notify.Server.Endpoints;
using Notify.Server.Options;
using Notify.Server.Telemetry;

namespace Notify.Server.Startup;

/// <summary>
/// Prints the <see cref="StartupReport"/> as a block between log lines of text, or logs it as events in another format.
/// </summary>
internal static partial class StartupNotice
{
    /// <summary>
    /// Prints the report when the server is ready. A node of a cluster may wait for others, so it logs its warnings first.
    /// </summary>
    public static void Follow(WebApplication app, OptionsReading reading)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Notify.Server");
        var isText = LogFormatExtensions.IsText(app.Configuration, reading.Options.Telemetry.Log);
        var isBlock = isText && logger.IsEnabled(LogLevel.Information);
        if (!isBlock || reading.Options.Broker.Cluster.IsClustered)
        {
            foreach (var warning in reading.Warnings)
            {
                LogWarning(logger, warning);
            }
        }

        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var report = StartupReport.Of(reading, app.Urls, ClientBundle.Exists, InboxScripts.Exist);
            if (isBlock)
            {
                Console.Out.Write(report.ToString());
                return;
            }

            LogStarted(
                logger,
                report.Version.Number,
                report.Version.Commit,
                report.Address,
                report.Access,
                report.Store,
                report.Data,
                app.Services.GetRequiredService<BrokerNode>().Membership.Members.Count,
                app.Services.GetRequiredService<CurrentSecrets>().Value.Names.Count,
                app.Services.GetService<KeyRing>()?.Count ?? 0);
            foreach (var warning in report.Warnings.Except(reading.Warnings))
            {
                LogWarning(logger, warning);
            }

            foreach (var advice in report.Advice)
            {
                LogAdvice(logger, advice);
            }
        });
    }

    [LoggerMessage(1, LogLevel.Warning, "{Warning}.", EventName = "SettingsWarning")]
    private static partial void LogWarning(ILogger logger, string warning);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "Notify {Version} (commit {Commit}) is ready. Console: {Console} Access: {Access} Store: {Store} Data: {Data} Nodes: {Nodes} "
            + "Secrets: {Secrets} Token keys: {Keys}",
        EventName = "Started")]
    private static partial void LogStarted(
        ILogger logger,
        string version,
        string? commit,
        string console,
        string access,
        string store,
        string data,
        int nodes,
        int secrets,
        int keys);

    [LoggerMessage(3, LogLevel.Information, "{Advice}.", EventName = "SettingsAdvice")]
    private static partial void LogAdvice(ILogger logger, string advice);
}
