using Microsoft.AspNetCore.Connections;

namespace Notify.Server;

/// <summary>
/// A request whose connection is cut, by the client or by a server that leaves, has nobody to answer. It ends here, and is no failure
/// of the application.
/// </summary>
internal static class CutRequests
{
    public static IApplicationBuilder UseCutRequests(this IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && IsCut(context, exception))
        {
            // Nobody is left to tell.
        }
    });

    // The request's token is cancelled after its readers are told, so the reason counts as well.
    private static bool IsCut(HttpContext context, Exception exception) =>
        context.RequestAborted.IsCancellationRequested
        || exception is ConnectionAbortedException or ConnectionResetException
        || exception.InnerException is ConnectionAbortedException or ConnectionResetException;
}
