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
        api.MapGet("/secret", Secret).AddEndpointFilter<NoParametersFilter>();
        api.MapGet("/overview", OverviewAsync).RequireScope(BackendScope.Read).AddEndpointFilter<NoParametersFilter>();
        api.MapGet("/nodes", NodesAsync).RequireScope(BackendScope.Read).AddEndpointFilter<NoParametersFilter>();
        api.MapGet("/troubles", TroublesAsync).RequireScope(BackendScope.Admin).AddEndpointFilter<NoParametersFilter>();
        if (reading is not null)
        {
            api.MapGet("/config", Config).RequireScope(BackendScope.Admin).AddEndpointFilter<NoParametersFilter>();
        }
    }

    private JsonHttpResult<SecretAnswer> Secret(HttpContext context)
    {
        var backend = context.Backend();
        var answer = new SecretAnswer(backend.Name, [.. BackendScopes.OpenedBy(backend.Scopes)], node.Nodes.Self);
        return TypedResults.Json(answer, Json.SecretAnswer);
    }

    private async Task<JsonHttpResult<OverviewAnswer>> OverviewAsync() =>
        TypedResults.Json(OverviewAnswer.Of(await AskAsync(hasPoints: true)), Json.OverviewAnswer);

    private async Task<JsonHttpResult<NodesAnswer>> NodesAsync() =>
        TypedResults.Json(await AskAsync(hasPoints: false), Json.NodesAnswer);

    private async Task<JsonHttpResult<TroublesAnswer>> TroublesAsync()
    {
        var replies = await node.Nodes.AskAllAsync(NodeReports.Troubles, default);
        return TypedResults.Json(
            new TroublesAnswer(
                [.. replies.Answers.Select(static answer => JsonSerializer.Deserialize(answer.Json.Span, Json.NodeTroublesAnswer)!)],
                replies.Silent),
            Json.TroublesAnswer);
    }

    private JsonHttpResult<ConfigAnswer> Config() => TypedResults.Json(
        new ConfigAnswer(
            node.Nodes.Self,
            [.. reading!.Settings.Select(static setting => new ConfigSetting(setting.Setting.Name, setting.Shown, setting.Origin))],
            reading.Warnings),
        Json.ConfigAnswer);

    private async Task<NodesAnswer> AskAsync(bool hasPoints)
    {
        var (answers, silent) = await node.Nodes.AskAllAsync(
            NodeReports.Status, new StatusQuestion(hasPoints), Json.StatusQuestion, Json.NodeStatus);
        return new NodesAnswer([.. answers.Select(static answer => answer.Value)], silent);
    }
}
