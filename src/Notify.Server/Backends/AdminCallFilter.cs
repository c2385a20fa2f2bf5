using Notify.Server.Api;

namespace Notify.Server.Backends;

/// <summary>Logs each call of an endpoint for operators.</summary>
/// <param name="log">The log.</param>
internal sealed class AdminCallFilter(BackendLog log) : IEndpointFilter
{
    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        // What an exception is answered with is decided elsewhere.
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            var result = await next(context);
            status = ApiStatus.Of(result);
            return result;
        }
        finally
        {
            var http = context.HttpContext;
            log.Called(http, http.Backend(), http.Features.Get<AdminSubject>()?.Text, status);
        }
    }
}
