using Akka.Actor;
using Notify.Broker.History;
using Notify.Broker.Sending;

namespace Notify.Server.Api;

/// <summary>Answers 503 when the store or the owner of a channel does not answer. Forbids caching of all responses.</summary>
internal sealed class UnavailableFilter : IEndpointFilter
{
    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        try
        {
            return await next(context);
        }
        catch (SendFailedException)
        {
            return ApiProblem.Unavailable(
                context.HttpContext,
                "Not known to be stored: send again in a moment; without an idempotency key it may arrive twice.");
        }
        catch (Exception exception) when (exception is HistoryStoreException or AskTimeoutException)
        {
            return ApiProblem.Unavailable(context.HttpContext, "The store does not answer now; ask again in a moment.");
        }
    }
}
