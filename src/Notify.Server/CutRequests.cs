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
        catch (Exception exception) when (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to tell.
        }
    });
}
