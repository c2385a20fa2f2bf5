using Microsoft.AspNetCore.Connections;
using Notify.Server.Limits;

namespace Notify.Server;

/// <summary>
/// Ends requests that nobody waits for any more, and those whose bytes the host gives up on. Neither is a failure of the application, and
/// strangers can cause as many as they like: so none of them leaves a stack trace in the log.
/// </summary>
internal static class CutRequests
{
    public static IApplicationBuilder UseCutRequests(this IApplicationBuilder app)
    {
        var refusals = app.ApplicationServices.GetService<RefusalLog>();
        return app.Use(async (context, next) =>
        {
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
                // Nobody is left to tell.
            }
        });
    }

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
}
