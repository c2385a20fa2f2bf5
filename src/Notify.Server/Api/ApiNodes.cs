using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Server.Backends;
using Notify.Server.Operators;
using Notify.Server.Options;

namespace Notify.Server.Api;

/// <summary>Implements the endpoints that describe the cluster: its nodes, the last minute, the settings.</summary>
/// <param name="node">The node.</param>
/// <param name="reading">The settings, as they were read.</param>
internal sealed class ApiNodes(BrokerNode node, OptionsReading? reading) : IApiGroup
{
    private static readonly OperatorJson Json = OperatorJson.Readable;

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/secret", Secret);
        api.MapGet("/overview", OverviewAsync).RequireScope(BackendScope.Read);
        api.MapGet("/nodes", NodesAsync).RequireScope(BackendScope.Read);
        api.MapGet("/troubles", TroublesAsync).RequireScope(BackendScope.Admin);
        if (reading is not null)
        {
            api.MapGet("/config", Config).RequireScope(BackendScope.Admin);
        }
    }

    private Results<JsonHttpResult<SecretAnswer>, ProblemHttpResult> Secret(HttpRequest request)
    {
        if (new ApiQuery(request.Query).Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        var backend = request.HttpContext.Backend();
        var answer = new SecretAnswer(backend.Name, [.. BackendScopes.OpenedBy(backend.Scopes)], node.Nodes.Self);
        return TypedResults.Json(answer, Json.SecretAnswer);
    }

    private async Task<Results<JsonHttpResult<OverviewAnswer>, ProblemHttpResult>> OverviewAsync(HttpRequest request) =>
        new ApiQuery(request.Query).Problem is { } problem
            ? ApiProblem.Of(StatusCodes.Status400BadRequest, problem)
            : TypedResults.Json(OverviewAnswer.Of(await AskAsync(new StatusQuestion(HasPoints: true))), Json.OverviewAnswer);

    private async Task<Results<JsonHttpResult<NodesAnswer>, ProblemHttpResult>> NodesAsync(HttpRequest request) =>
        new ApiQuery(request.Query).Problem is { } problem
            ? ApiProblem.Of(StatusCodes.Status400BadRequest, problem)
            : TypedResults.Json(await AskAsync(new StatusQuestion(HasPoints: false)), Json.NodesAnswer);

    private async Task<Results<JsonHttpResult<TroublesAnswer>, ProblemHttpResult>> TroublesAsync(HttpRequest request)
    {
        if (new ApiQuery(request.Query).Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        var replies = await node.Nodes.AskAllAsync(NodeReports.Troubles, default);
        return TypedResults.Json(
            new TroublesAnswer(
                [.. replies.Answers.Select(static answer => JsonSerializer.Deserialize(answer.Json.Span, Json.NodeTroublesAnswer)!)],
                replies.Silent),
            Json.TroublesAnswer);
    }

    private Results<JsonHttpResult<ConfigAnswer>, ProblemHttpResult> Config(HttpRequest request) =>
        new ApiQuery(request.Query).Problem is { } problem
            ? ApiProblem.Of(StatusCodes.Status400BadRequest, problem)
            : TypedResults.Json(
                new ConfigAnswer(
                    node.Nodes.Self,
                    [.. reading!.Settings.Select(static setting => new ConfigSetting(setting.Setting.Name, setting.Shown, setting.Origin))],
                    reading.Warnings),
                Json.ConfigAnswer);

    private async Task<NodesAnswer> AskAsync(StatusQuestion question)
    {
        var replies = await node.Nodes.AskAllAsync(NodeReports.Status, JsonSerializer.SerializeToUtf8Bytes(question, Json.StatusQuestion));
        return new NodesAnswer(
            [.. replies.Answers.Select(static answer => JsonSerializer.Deserialize(answer.Json.Span, Json.NodeStatus)!)], replies.Silent);
    }
}
