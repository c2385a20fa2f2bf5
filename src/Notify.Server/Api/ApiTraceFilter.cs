using System.Diagnostics;
using Notify.Server.Backends;
using Notify.Server.Telemetry;

namespace Notify.Server.Api;

/// <summary>Traces the requests of <c>/api</c> that are sampled.</summary>
/// <param name="traces">Begins the spans.</param>
internal sealed class ApiTraceFilter(RequestTraces traces) : IEndpointFilter
{
    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "/api";
        using var span = traces.Begin(http, route, http.Backend().Name, Stopwatch.GetTimestamp());
        if (span is null)
        {
            return await next(context);
        }

        http.Features.Set(span);
        var result = await next(context);
        span.Answered(ApiStatus.Of(result));
        return result;
    }
}
