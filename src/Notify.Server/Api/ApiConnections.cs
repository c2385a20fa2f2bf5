using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Broker.Metrics;
using Notify.Server.Backends;
using Notify.Server.Operators;

namespace Notify.Server.Api;

/// <summary>Implements the endpoints that list open connections.</summary>
/// <param name="node">The node.</param>
/// <param name="access">Limits what backends may see.</param>
internal sealed class ApiConnections(BrokerNode node, BackendAccess access) : IApiGroup
{
    private const int MaxId = 200;
    private const string Slow = "slow";
    private const string Yes = "1";

    private static readonly OperatorJson Json = OperatorJson.Readable;

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/connections", ListAsync).RequireScope(BackendScope.Admin);
        api.MapGet("/connection", FindAsync).RequireScope(BackendScope.Admin);
    }

    private async Task<Results<JsonHttpResult<ConnectionsAnswer>, ProblemHttpResult>> ListAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "user", "channel", "address", "node", "protocol", "state", "after", "limit");
        var question = new ConnectionQuestion(
            query.Name("user"),
            query.Name("channel"),
            query.Name("address"),
            query.OneOf("protocol", MetricNames.AllProtocols.Select(MetricNames.Of)),
            query.OneOf("state", [Slow]) is not null,
            query.Name("after"),
            query.Limit());
        var only = query.Name("node");
        if (query.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        if (question.Channel is { } channel && ApiProblem.OfForbidden(access, request.HttpContext, [channel]) is { } forbidden)
        {
            return forbidden;
        }

        var (answers, silent) = await node.Nodes.AskAllAsync(
            NodeReports.Connections, question, Json.ConnectionQuestion, Json.ConnectionPage);
        var pages = answers.Where(answer => only is null || answer.Node == only).Select(static answer => answer.Value);
        var (connections, next) = ConnectionPage.Merge([.. pages], question.Limit);
        return TypedResults.Json(new ConnectionsAnswer(connections, next, silent), Json.ConnectionsAnswer);
    }

    private async Task<Results<JsonHttpResult<ConnectionAnswer>, ProblemHttpResult>> FindAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "id", "trace");
        var id = query.RequiredName("id");
        if (id.Length > MaxId)
        {
            query.Refuse($"id is longer than {MaxId} characters.");
        }

        var isTraced = query.OneOf("trace", [Yes]) is not null;
        if (query.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        var (answers, silent) = await node.Nodes.AskAllAsync(
            NodeReports.Connection, new ConnectionId(id, isTraced), Json.ConnectionId, Json.ConnectionDetail);
        var found = answers.Select(static answer => answer.Value).FirstOrDefault(static detail => detail.Connection is not null);
        if (found?.Connection is not { } connection)
        {
            return ApiProblem.Of(
                StatusCodes.Status404NotFound,
                silent.Count == 0
                    ? "No node has this connection: it has ended, or the id is not that of a connection."
                    : $"No node that answered has this connection. These nodes did not answer: {string.Join(", ", silent)}.");
        }

        if (found.IsRefused)
        {
            return ApiProblem.Of(
                StatusCodes.Status429TooManyRequests,
                $"Node {connection.Node} traces {ConnectionTraces.MaxTraces} connections already. Each trace ends ten minutes after it was "
                    + "last asked for.");
        }

        var scope = request.HttpContext.Backend().Channels;
        var trace = found.Trace is null ? null : found.Trace with
        {
            Events = [.. found.Trace.Events.Where(item => item.Channel is null || scope.Contains(item.Channel))],
        };
        return TypedResults.Json(
            new ConnectionAnswer(
                connection, found.IsOpen, [.. found.Channels.Where(channel => scope.Contains(channel.Channel))], trace, silent),
            Json.ConnectionAnswer);
    }
}
