using System.Net;

namespace Notify.Server.Api;

/// <summary>Logs each request and its status at Debug, without bodies and names.</summary>
/// <param name="logger">The log.</param>
internal sealed partial class ApiLogFilter(ILogger<ApiEndpoints> logger) : IEndpointFilter
{
    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            var request = context.HttpContext.Request;
            LogAnswered(request.Method, request.Path, StatusOf(result), context.HttpContext.Connection.RemoteIpAddress);
        }

        return result;
    }

    private static int StatusOf(object? result) => result switch
    {
        INestedHttpResult nested => StatusOf(nested.Result),
        IStatusCodeHttpResult { StatusCode: { } status } => status,
        _ => StatusCodes.Status200OK,
    };

    [LoggerMessage(1, LogLevel.Debug, "{Method} {Path} answered {Status} to {Address}.", EventName = "ApiAnswered")]
    private partial void LogAnswered(string method, string path, int status, IPAddress? address);
}
