using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Metrics;
using Notify.Broker.Sending;
using Notify.Broker.Tracing;
using Notify.Server.Backends;
using Notify.Server.Endpoints;
using Notify.Server.Limits;
using Notify.Server.Send;
using Notify.Server.Telemetry;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.FileContentHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Notify.Server.Api;

/// <summary>
/// Implements <c>/api</c> for backends that are written for this server. Requests carry the secret in the same headers as for
/// <c>/send</c>. Errors are problem details (RFC 9457).
/// </summary>
/// <param name="node">The node, which starts after the endpoints are created.</param>
/// <param name="maxBody">The maximum size of a body, in bytes.</param>
/// <param name="received">The account of the memory of request bodies.</param>
/// <param name="access">Limits what backends may do.</param>
/// <param name="tokens">Signs tokens.</param>
/// <param name="channels">Which channels are inboxes.</param>
/// <param name="time">The clock.</param>
/// <param name="groups">Further endpoints.</param>
internal sealed class ApiEndpoints(
    BrokerNode node,
    int maxBody,
    ReceiveAccount received,
    BackendAccess access,
    ApiTokens tokens,
    ChannelOptions channels,
    TimeProvider time,
    IReadOnlyList<IApiGroup> groups)
{
    private static readonly string[] Queries = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the endpoints.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api");
        api.AddEndpointFilter(new ApiLogFilter(endpoints.ServiceProvider.GetRequiredService<ApiLog>()));
        if (endpoints.ServiceProvider.GetService<RequestTraces>() is { } traces)
        {
            api.AddEndpointFilter(new ApiTraceFilter(traces));
        }

        api.AddEndpointFilter(new UnavailableFilter());
        api.RequireAuthorization(BackendExtensions.AnyBackend);
        CaseSensitivePath.Require(api);

        api.MapPost("/notifications", SendAsync)
            .RequireScope(BackendScope.Send)
            .AddEndpointFilter(new PublishFilter(node.Metrics.Publishes))
            .DisableHttpMetrics();
        api.MapMethods("/channels", Queries, ListAsync).RequireScope(BackendScope.Read);
        api.MapMethods("/channel", Queries, FindAsync).RequireScope(BackendScope.Read);
        api.MapMethods("/history", Queries, HistoryAsync).RequireScope(BackendScope.Read);
        api.MapPost("/tokens", tokens.IssueAsync).RequireScope(BackendScope.Tokens);
        foreach (var group in groups)
        {
            group.Map(api);
        }

        api.Map("/{**path}", new ApiFallback(endpoints.ServiceProvider.GetRequiredService<EndpointDataSource>()).Answer);
    }

    private async Task<Answer> SendAsync(HttpRequest request)
    {
        var backend = request.HttpContext.Backend();
        if (!access.TryBeginSend(request.HttpContext, backend))
        {
            request.HttpContext.Response.Headers.RetryAfter = BackendAccess.RetryAfterRate;
            return ApiProblem.Of(
                StatusCodes.Status429TooManyRequests,
                $"The secret {backend.Name} sends more than {backend.Rate.PerSecond} requests a second; send again in a moment.");
        }

        var (read, refused) = await ApiBody.ReadAsync(request, maxBody, received);
        using var body = read;
        if (body is null)
        {
            return refused!;
        }

        if (!ApiSend.TryParse(body.Written, time.GetUtcNow(), out var send, out var problem))
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        if (ApiProblem.OfForbidden(access, request.HttpContext, send.Channels) is { } forbidden)
        {
            node.Trail.Refused(backend.Name, send.Channels, PublishOutcome.Refused.Name, TimeSpan.Zero);
            return forbidden;
        }

        if (send.InboxField is { } field && send.Channels.FirstOrDefault(IsPlain) is { } plain)
        {
            return ApiProblem.Of(
                StatusCodes.Status400BadRequest, $"{field} needs an inbox, and {plain} is none; NOTIFY_INBOX names the channels that are.");
        }

        if (!SendKey.TryRead(request.Headers, out var key))
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, SendKey.Rule + ".");
        }

        if (key is not null && send.Key is not null && key != send.Key)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, "The header Idempotency-Key and the field idempotencyKey differ.");
        }

        var trace = request.HttpContext.Features.Get<RequestSpan>()?.Publishes;
        var results = await PublishAsync(backend, send, key ?? send.Key, trace);
        if (results.All(static result => result.IsDuplicate))
        {
            request.HttpContext.Features.Set(PublishOutcome.Duplicate);
        }

        return Json(ApiJson.Results(results));
    }

    private bool IsPlain(string channel) => channels.KindOf(channel) == ChannelKind.Plain;

    private async Task<IReadOnlyList<SendResult>> PublishAsync(
        Backend backend, ApiSend send, string? key, PublishTrace? trace)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var results = await node.Publisher.SendAsync(send.Channels, send.Notification, key, trace, send.Fields);
            node.Trail.Accepted(backend.Name, results, send.Notification, Stopwatch.GetElapsedTime(began));
            return results;
        }
        catch (SendFailedException failure)
        {
            node.Trail.Refused(backend.Name, send.Channels, PublishOutcome.Of(failure).Name, Stopwatch.GetElapsedTime(began));
            throw;
        }
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

        var allowed = request.HttpContext.Backend().Channels;
        var found = allowed.IsAll
            ? await node.Queries.ListAsync(prefix, after, limit)
            : await allowed.ListAsync(prefix, after, limit, node.Queries.ListAsync, static channel => channel.Channel);
        return Json(ApiJson.Channels(found, found.Count == limit ? found[^1].Channel : null));
    }

    private async Task<Answer> FindAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "name");
        var name = query.RequiredName("name");
        if (query.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        return ApiProblem.OfForbidden(access, request.HttpContext, [name]) is { } forbidden
            ? forbidden
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

        if (ApiProblem.OfForbidden(access, request.HttpContext, [name]) is { } forbidden)
        {
            return forbidden;
        }

        return await node.Queries.HistoryAsync(name, since, limit) is { } history
            ? Json(ApiJson.History(history))
            : ApiProblem.Unavailable(request.HttpContext, "The channel does not answer now; ask again in a moment.");
    }

    private static FileContentHttpResult Json(ReadOnlyMemory<byte> json) => TypedResults.Bytes(json, "application/json; charset=utf-8");
}
