using Notify.Broker.Channels;
using Notify.Protocol;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Backends;
using Notify.Server.Limits;
using Notify.Server.Options;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.FileContentHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Notify.Server.Api;

/// <summary>
/// Implements <c>/api/access</c>, which explains decisions on joins, and <c>/api/observed</c>, which lists what <c>enforce</c> would
/// refuse.
/// </summary>
/// <param name="rules">The rules.</param>
/// <param name="access">The mode, the verification, and what was observed.</param>
/// <param name="maxBody">The maximum size of a body, in bytes.</param>
/// <param name="received">The account of the memory of request bodies.</param>
internal sealed class ApiAccess(AccessRules rules, AccessControl access, int maxBody, ReceiveAccount received) : IApiGroup
{
    private const int MaxUser = 190;

    // Longer ones are refused by the verification, with a reason that this endpoint explains.
    private const int MaxToken = 64 * 1024;

    private static readonly string[] Queries = [HttpMethods.Get, HttpMethods.Head];

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapMethods("/access", Queries, Explain).RequireScope(BackendScope.Admin);
        api.MapPost("/access", ExplainTokenAsync).RequireScope(BackendScope.Admin);
        api.MapMethods("/observed", Queries, Observed).RequireScope(BackendScope.Admin);
    }

    private Answer Explain(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "channel", "user");
        var channel = query.RequiredName("channel");
        var user = query.Name("user");
        if (query.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        return Write(AccessDecision.Of(rules, channel, user is null ? null : ClaimsOf(user)));
    }

    private async Task<Answer> ExplainTokenAsync(HttpRequest request)
    {
        var (read, refused) = await ApiBody.ReadAsync(request, maxBody, received);
        using var body = read;
        if (body is null)
        {
            return refused!;
        }

        using var fields = new ApiObject(body.Written, "channel", "token");
        var channel = fields.Text("channel", ChannelName.MaxBytes);
        var token = fields.Text("token", MaxToken);
        if (channel is null || token is null)
        {
            fields.Refuse("channel and token are both needed.");
        }

        if (fields.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        if (access.Verifier is not { } verifier)
        {
            return ApiProblem.Of(
                StatusCodes.Status409Conflict, "No key is configured, so tokens are not looked at: set NOTIFY_TOKEN_SECRET.");
        }

        var result = await verifier.VerifyAsync(token!, request.HttpContext.RequestAborted);
        if (result.Claims is { } claims)
        {
            return Write(AccessDecision.Of(rules, channel!, claims));
        }

        // A backend that holds the secret may know the exact reason.
        var (rule, pattern) = rules.Find(channel!);
        return Write(result.Code, rule, pattern, result.Detail ?? TokenCodes.Reason(result.Failure));
    }

    private Answer Observed()
    {
        var observations = access.Observations;
        return ApiJson.Answer(json =>
        {
            json.WriteString("mode"u8, access.IsObserving ? "observe" : "enforce");
            json.WriteStartArray("groups"u8);
            foreach (var group in observations.All)
            {
                json.WriteStartObject();
                json.WriteString("pattern"u8, group.Key.Pattern);
                json.WriteString("reason"u8, group.Key.Reason);
                json.WriteString("origin"u8, group.Key.Origin);
                json.WriteString("transport"u8, group.Key.Transport);
                json.WriteNumber("count"u8, group.Count);
                json.WriteString("example"u8, group.Example);
                json.WriteTime("lastAt"u8, group.LastAt);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("others"u8, observations.Others);
        });
    }

    private static TokenClaims ClaimsOf(string user) =>
        new() { User = user[..Math.Min(user.Length, MaxUser)], ExpiresAt = 0, SessionExpiresAt = 0, IssuedAt = 0 };

    private static Answer Write(in AccessDecision decision) => Write(decision.Name, decision.Rule, decision.Pattern, decision.Step);

    private static Answer Write(string decision, AccessRule rule, ChannelPattern? pattern, string step) => ApiJson.Answer(json =>
    {
        json.WriteString("decision"u8, decision);
        json.WriteString("rule"u8, AccessRules.NameOf(rule));
        json.WriteString("pattern"u8, pattern?.ToString());
        json.WriteString("step"u8, step);
    });
}
