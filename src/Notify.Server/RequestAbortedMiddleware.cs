using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Notify.Broker;
using Notify.Server.Limits;

namespace Notify.Server;

/// <summary>
/// Ends requests whose client has disconnected, and requests that the host cannot read. Neither is a failure of the application, and
/// clients can cause any number of them, so no stack trace is logged. Requests of disconnected clients are counted.
/// </summary>
internal static partial class RequestAbortedMiddleware
{
    public static IApplicationBuilder UseCutRequests(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        var refusals = services.GetService<RefusalLog>();
        var metrics = services.GetService<BrokerNode>()?.Metrics;
        var logger = services.GetService<ILoggerFactory>()?.CreateLogger(typeof(RequestAbortedMiddleware)) ?? NullLogger.Instance;
        return app.Use(async (context, next) =>
        {
            var isCut = false;
            try
            {
                await next(context);
            }
            catch (BadHttpRequestException exception)
            {
                Refuse(context, exception, refusals);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException && IsCut(context, exception))
            {
                // The client has disconnected. Without the abort the host would try to read the rest of the body, and log its failure.
                context.Abort();
                isCut = true;
            }

            if (isCut || IsAbandoned(context))
            {
                metrics?.Publishes.RequestAbandoned();
                LogAbandoned(logger, context.Request.Method, context.Request.Path);
            }
        });
    }

    // An event stream has no content length, and its normal end is a disconnected client.
    private static bool IsAbandoned(HttpContext context) => context.RequestAborted.IsCancellationRequested
        && (!context.Response.HasStarted || context.Response.ContentLength is not null);

    // 400 for a malformed body, 408 for one that arrives too slowly, 413 for one that exceeds the host's limit.
    private static void Refuse(HttpContext context, BadHttpRequestException exception, RefusalLog? refusals)
    {
        refusals?.Add(
            exception.StatusCode == StatusCodes.Status408RequestTimeout
                ? "Requests are refused, because their bodies arrive too slowly."
                : "Requests are refused, because their bodies cannot be read.",
            context.Connection.RemoteIpAddress);
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = exception.StatusCode;
        }
    }

    /// <summary>
    /// Returns whether an exception means that a request's connection is lost. The request's token is cancelled only after its readers are
    /// informed, so the exception's reason counts as well.
    /// </summary>
    public static bool IsCut(HttpContext context, Exception exception) =>
        context.RequestAborted.IsCancellationRequested
        || exception is ConnectionAbortedException or ConnectionResetException
        || exception.InnerException is ConnectionAbortedException or ConnectionResetException;

    [LoggerMessage(1, LogLevel.Debug, "The client of {Method} {Path} disconnected before the response.", EventName = "RequestAbandoned")]
    private static partial void LogAbandoned(ILogger logger, string method, string path);
}
