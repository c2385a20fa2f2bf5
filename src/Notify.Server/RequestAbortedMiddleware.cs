using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Notify.Broker;
using Notify.Server.Limits;

namespace Notify.Server;

/// <summary>
/// Ends requests that nobody waits for any more, and those whose bytes the host gives up on. Neither is a failure of the application, and
/// strangers can cause as many as they like: so none of them leaves a stack trace in the log. The former are counted.
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
                // Nobody is left to tell, and nothing to be read: the host would look for the rest of the body, and log that it cannot.
                context.Abort();
                isCut = true;
            }

            if (isCut || IsAbandoned(context))
            {
                metrics?.RequestAbandoned();
                LogAbandoned(logger, context.Request.Method, context.Request.Path);
            }
        });
    }

    // A stream has no length, and ends by its client's leaving.
    private static bool IsAbandoned(HttpContext context) => context.RequestAborted.IsCancellationRequested
        && (!context.Response.HasStarted || context.Response.ContentLength is not null);

    // 400 for a body that is not what HTTP calls one, 408 for one that comes too slowly, 413 for one that is longer than the host reads.
    private static void Refuse(HttpContext context, BadHttpRequestException exception, RefusalLog? refusals)
    {
        refusals?.Add(
            exception.StatusCode == StatusCodes.Status408RequestTimeout
                ? "Requests are given up, because their bodies come too slowly."
                : "Requests are given up, because their bodies cannot be read.",
            context.Connection.RemoteIpAddress);
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = exception.StatusCode;
        }
    }

    /// <summary>
    /// Whether an exception says that a request's connection is gone. The request's token is cancelled after its readers are told, so the
    /// reason counts as well.
    /// </summary>
    public static bool IsCut(HttpContext context, Exception exception) =>
        context.RequestAborted.IsCancellationRequested
        || exception is ConnectionAbortedException or ConnectionResetException
        || exception.InnerException is ConnectionAbortedException or ConnectionResetException;

    [LoggerMessage(1, LogLevel.Debug, "The client of {Method} {Path} left before it was answered.", EventName = "RequestAbandoned")]
    private static partial void LogAbandoned(ILogger logger, string method, string path);
}
