using Microsoft.Extensions.Logging;

namespace Notify.Broker;

/// <summary>Logs actors that fail.</summary>
internal static partial class ActorLog
{
    [LoggerMessage(
        1,
        LogLevel.Error,
        "An actor failed and was stopped: {Kind}. Its clients reconnect, and its channels start again. Please report this error.",
        EventName = "ActorFailed")]
    public static partial void Failed(ILogger logger, Exception exception, string kind);
}
