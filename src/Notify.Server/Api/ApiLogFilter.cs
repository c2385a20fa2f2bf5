namespace Notify.Server.Api;

/// <summary>Logs the requests that reach an endpoint of the API.</summary>
/// <param name="log">The log.</param>
internal sealed class ApiLogFilter(ApiLog log) : IEndpointFilter
{
    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        log.Answered(context.HttpContext, StatusOf(result));
        return result;
    }

    private static int StatusOf(object? result) => result switch
    {
        INestedHttpResult nested => StatusOf(nested.Result),
        IStatusCodeHttpResult { StatusCode: { } status } => status,
        _ => StatusCodes.Status200OK,
    };
}
