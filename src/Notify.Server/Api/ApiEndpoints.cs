using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Server.Endpoints;
using Notify.Server.Limits;
using Notify.Server.Options;
using Notify.Server.Send;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.FileContentHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Notify.Server.Api;

/// <summary>
/// Implements <c>/api</c> for backends that are written for this server. Requests carry the secret in the same headers as for
/// <c>/send</c>. Errors are problem details (RFC 9457).
/// </summary>
/// <param name="node">The node, which starts after the endpoints are created.</param>
/// <param name="options">The limits.</param>
/// <param name="received">The account of the memory of request bodies.</param>
internal sealed class ApiEndpoints(BrokerNode node, SendOptions options, ReceiveAccount received)
{
    private static readonly string[] Queries = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the endpoints.</summary>
    public void Map(IEndpointRouteBuilder endpoints, SenderAccess access)
    {
        var api = endpoints.MapGroup("/api");
        api.AddEndpointFilter(new ApiLogFilter(endpoints.ServiceProvider.GetRequiredService<ILogger<ApiEndpoints>>()));
        api.AddEndpointFilter(new UnavailableFilter());
        api.AddEndpointFilter(new SecretFilter(access));
        CaseSensitivePath.Require(api);

        api.MapPost("/notifications", SendAsync);
        api.MapMethods("/channels", Queries, ListAsync);
        api.MapMethods("/channel", Queries, FindAsync);
        api.MapMethods("/history", Queries, HistoryAsync);
        api.Map("/{**path}", new ApiFallback(endpoints.ServiceProvider.GetRequiredService<EndpointDataSource>()).Answer);
    }

    private async Task<Answer> SendAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            return ApiProblem.Of(
                StatusCodes.Status415UnsupportedMediaType,
                "The body is JSON, and says so: Content-Type: application/json.");
        }

        var read = await RequestBody.ReadAsync(request, options.MaxBody, received);
        using var body = read.Body;
        if (read.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return ApiProblem.Unavailable(request.HttpContext, "The server is receiving too much at once; send again in a moment.");
        }

        if (body is null)
        {
            return ApiProblem.Of(read.Status, read.Status switch
            {
                StatusCodes.Status413PayloadTooLarge => $"The body is longer than {options.MaxBody} bytes (NOTIFY_MAX_BODY).",
                StatusCodes.Status415UnsupportedMediaType => "Content-Encoding is not one of gzip, deflate and identity.",
                StatusCodes.Status408RequestTimeout => "The body did not come in time.",
                _ => "The body cannot be read, or cannot be inflated.",
            });
        }

        if (!ApiSend.TryParse(body.Written, out var send, out var problem))
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        if (!SendKey.TryRead(request.Headers, out var key))
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, SendKey.Rule + ".");
        }

        if (key is not null && send.Key is not null && key != send.Key)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, "The header Idempotency-Key and the field idempotencyKey differ.");
        }

        return Json(ApiJson.Results(await node.Publisher.SendAsync(send.Channels, send.Notification, key ?? send.Key)));
    }

    private async Task<Answer> ListAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "prefix", "after", "limit");
        var prefix = query.Name("prefix") ?? "";
        var after = query.Name("after");
        var limit = query.Limit();
        if (query.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        var channels = await node.Queries.ListAsync(prefix, after, limit);
        return Json(ApiJson.Channels(channels, channels.Count == limit ? channels[^1].Channel : null));
    }

    private async Task<Answer> FindAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "name");
        var name = query.RequiredName("name");
        return query.Problem is { } problem
            ? ApiProblem.Of(StatusCodes.Status400BadRequest, problem)
            : Json(ApiJson.Channel(await node.Queries.FindAsync(name)));
    }

    private async Task<Answer> HistoryAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "channel", "since", "epoch", "limit");
        var name = query.RequiredName("channel");
        var since = query.Since();
        var limit = query.Limit();
        if (query.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        return await node.Queries.HistoryAsync(name, since, limit) is { } history
            ? Json(ApiJson.History(history))
            : ApiProblem.Unavailable(request.HttpContext, "The channel does not answer now; ask again in a moment.");
    }

    private static FileContentHttpResult Json(ReadOnlyMemory<byte> json) => TypedResults.Bytes(json, "application/json; charset=utf-8");
}
