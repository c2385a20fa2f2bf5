namespace Notify.Server.Backends;

/// <summary>Logs each call of an endpoint for operators.</summary>
/// <param name="log">The log.</param>
internal sealed class AdminCallFilter(BackendLog log) : IEndpointFilter
{
    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        finally
        {
            var http = context.HttpContext;
            log.Called(http, http.Backend(), http.Features.Get<AdminSubject>()?.Text);
        }
    }
}
