using Microsoft.Extensions.Logging;

namespace Notify.Client;

/// <summary>Defines what the library logs. It logs no secrets, tokens or notifications.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(1, LogLevel.Warning, "Sending again in {Delay:0} ms: {Reason}")]
    public static partial void Repeating(ILogger logger, string reason, double delay);

    [LoggerMessage(2, LogLevel.Warning, "Connecting again in {Delay:0} ms: {Reason}")]
    public static partial void Reconnecting(ILogger logger, string reason, double delay);

    [LoggerMessage(3, LogLevel.Information, "Listening to {Channels} channels")]
    public static partial void Listening(ILogger logger, int channels);

    [LoggerMessage(4, LogLevel.Warning, "Notifications of {Channel} that were missed are no longer stored")]
    public static partial void Lost(ILogger logger, string channel);

    [LoggerMessage(5, LogLevel.Warning, "The token is not renewed: {Reason}")]
    public static partial void NotRenewed(ILogger logger, string reason);

    [LoggerMessage(6, LogLevel.Warning, "The server refused a message: {Reason}")]
    public static partial void MessageRefused(ILogger logger, string reason);
}
