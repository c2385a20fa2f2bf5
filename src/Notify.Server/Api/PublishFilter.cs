using Notify.Broker.Metrics;
using Notify.Broker.Sending;

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
        var outcome = PublishOutcome.Unavailable;
        try
        {
            var result = await next(context);
            outcome = context.HttpContext.Features.Get<PublishOutcome>() ?? PublishOutcome.Of(StatusOf(result), isOverload: true);
            return result;
        }
        catch (SendFailedException failure)
        {
            outcome = failure.IsOverload ? PublishOutcome.Overload : PublishOutcome.Unavailable;
            throw;
        }
        finally
        {
            metrics.End(began, Endpoint, outcome);
        }
    }

    private static int StatusOf(object? result)
    {
        while (result is INestedHttpResult { Result: { } inner })
        {
            result = inner;
        }

        return (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
    }
}
