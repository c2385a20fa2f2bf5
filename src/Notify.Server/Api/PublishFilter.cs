using Notify.Broker.Metrics;

namespace Notify.Server.Api;

/// <summary>Counts and times the requests of <c>POST /api/notifications</c>.</summary>
/// <param name="metrics">The metrics.</param>
internal sealed class PublishFilter(PublishMetrics metrics) : IEndpointFilter
{
    private const string Endpoint = "api";

    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var began = metrics.Begin();
        object? result;
        try
        {
            result = await next(context);
        }
        catch (Exception exception)
        {
            metrics.End(began, Endpoint, PublishOutcome.Of(exception));
            throw;
        }

        var duplicate = context.HttpContext.Features.Get<PublishOutcome>();
        metrics.End(began, Endpoint, duplicate ?? PublishOutcome.Of(ApiStatus.Of(result), isOverload: true));
        return result;
    }
}
