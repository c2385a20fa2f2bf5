using System.Net;

namespace Notify.Server.Api;

/// <summary>Logs each request of the API and its status at Debug, without bodies and names.</summary>
/// <param name="logger">The log.</param>
internal sealed partial class ApiLog(ILogger<ApiEndpoints> logger)
{
    /// <summary>Logs the status of a request.</summary>
    public void Answered(HttpContext context, int status)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            LogAnswered(context.Request.Method, context.Request.Path, status, context.Connection.RemoteIpAddress);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "{Method} {Path} answered {Status} to {Address}.", EventName = "ApiAnswered")]
    private partial void LogAnswered(string method, string path, int status, IPAddress? address);
}
