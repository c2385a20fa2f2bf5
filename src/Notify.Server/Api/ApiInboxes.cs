using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Protocol.Tokens;
using Notify.Server.Backends;
using Notify.Server.Inboxes;
using Notify.Server.Limits;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.FileContentHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.StatusCodeHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Notify.Server.Api;

/// <summary>
/// Implements <c>/api/inbox</c>: what a backend renders into its first page, and marks for what a user has read elsewhere. The inbox of a
/// user is the channel <c>user:</c> and the user.
/// </summary>
/// <param name="answers">Answers about one inbox.</param>
/// <param name="access">Limits what backends may see and change.</param>
/// <param name="maxBody">The maximum size of a body, in bytes.</param>
/// <param name="received">The account of the memory of request bodies.</param>
internal sealed class ApiInboxes(InboxAnswers answers, BackendAccess access, int maxBody, ReceiveAccount received) : IApiGroup
{
    private static readonly string[] Queries = [HttpMethods.Get, HttpMethods.Head];

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapMethods("/inbox", Queries, ListAsync).RequireScope(BackendScope.Read);
        api.MapMethods("/inbox/count", Queries, CountAsync).RequireScope(BackendScope.Read);
        api.MapPost("/inbox/mark", MarkAsync).RequireScope(BackendScope.Send);
    }

    private async Task<Answer> ListAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, ["user", .. InboxAnswers.ListParameters]);
        var channel = ChannelOf(query);
        var list = InboxAnswers.ReadList(query);
        return Refuse(query.Problem, request, channel) is { } refused
            ? refused
            : await answers.ListAsync(request.HttpContext, channel, list);
    }

    private async Task<Answer> CountAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "user");
        var channel = ChannelOf(query);
        return Refuse(query.Problem, request, channel) is { } refused ? refused : await answers.CountAsync(request.HttpContext, channel);
    }

    private async Task<Answer> MarkAsync(HttpRequest request)
    {
        var (read, problem) = await ApiBody.ReadAsync(request, maxBody, received);
        using var body = read;
        if (body is null)
        {
            return problem!;
        }

        using var fields = new ApiObject(body.Written, ["user", .. MarkReader.Members]);
        var user = fields.Text("user", TokenIssuer.MaxUser);
        if (user is null)
        {
            fields.Refuse("user is missing.");
        }

        var channel = ChannelPattern.UserPrefix + user;
        return Refuse(fields.Problem, request, channel) is { } refused
            ? refused
            : await answers.MarkAsync(request.HttpContext, channel, fields.Root);
    }

    private static string ChannelOf(ApiQuery query) => ChannelPattern.UserPrefix + query.RequiredText("user", TokenIssuer.MaxUser);

    private ProblemHttpResult? Refuse(string? problem, HttpRequest request, string channel) => problem is not null
        ? ApiProblem.Of(StatusCodes.Status400BadRequest, problem)
        : ApiProblem.OfForbidden(access, request.HttpContext, [channel]);
}
