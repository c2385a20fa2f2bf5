using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Broker.Inboxes;
using Notify.Protocol.Tokens;
using Notify.Server.Backends;
using Notify.Server.Inboxes;
using Notify.Server.Limits;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.FileContentHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Notify.Server.Api;

/// <summary>
/// Implements <c>/api/inbox</c>: what a backend renders into its first page, and marks for what a user has read elsewhere. The inbox of a
/// user is the channel <c>user:</c> and the user.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="access">Limits what backends may see and change.</param>
/// <param name="options">The limits of a node.</param>
/// <param name="received">The account of the memory of request bodies.</param>
internal sealed class ApiInboxes(BrokerNode node, BackendAccess access, BrokerOptions options, ReceiveAccount received) : IApiGroup
{
    private const int DefaultLimit = 20;

    private static readonly string[] Queries = [HttpMethods.Get, HttpMethods.Head];

    private readonly InboxJson _json = new(options.Channels.InboxSize);

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapMethods("/inbox", Queries, ListAsync).RequireScope(BackendScope.Read);
        api.MapMethods("/inbox/count", Queries, CountAsync).RequireScope(BackendScope.Read);
        api.MapPost("/inbox/mark", MarkAsync).RequireScope(BackendScope.Send);
    }

    private async Task<Answer> ListAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "user", "filter", "before", "limit");
        var channel = ChannelOf(query);
        var filter = FilterOf(query.OneOf("filter", ["all", "unread", "archived"]));
        var before = query.Cursor("before");
        var limit = query.Limit(DefaultLimit, InboxQueries.MaxLimit);
        return Refuse(query.Problem, request, channel) is { } problem
            ? problem
            : await ReadAsync(request, channel, filter, before, limit);
    }

    private async Task<Answer> CountAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "user");
        var channel = ChannelOf(query);
        return Refuse(query.Problem, request, channel) is { } problem
            ? problem
            : await ReadAsync(request, channel, InboxFilter.Listed, before: 0, limit: 0);
    }

    private async Task<Answer> ReadAsync(HttpRequest request, string channel, InboxFilter filter, long before, int limit)
    {
        if (await node.Inboxes.ReadAsync(channel, filter, before, limit) is not { } page)
        {
            return Unavailable(request);
        }

        return page.IsInbox
            ? ApiJson.Answer(json =>
            {
                if (limit > 0)
                {
                    _json.WriteItems(json, page);
                }

                _json.WriteCount(json, page);
            })
            : NotInbox(channel);
    }

    private async Task<Answer> MarkAsync(HttpRequest request)
    {
        var (read, refused) = await ApiBody.ReadAsync(request, options.MaxBody, received);
        using var body = read;
        if (body is null)
        {
            return refused!;
        }

        using var fields = new ApiObject(body.Written, ["user", .. MarkReader.Members]);
        var user = fields.Text("user", TokenIssuer.MaxUser);
        if (user is null)
        {
            fields.Refuse("user is missing.");
        }

        var marks = new MarkReader();
        var requests = fields.Problem is null ? marks.Read(fields.Root) : [];
        var channel = ChannelPattern.UserPrefix + user;
        return Refuse(fields.Problem ?? marks.Problem, request, channel) is { } problem
            ? problem
            : await ApplyAsync(request, channel, requests);
    }

    private async Task<Answer> ApplyAsync(HttpRequest request, string channel, IReadOnlyList<InboxMarkRequest> marks)
    {
        if (await node.Inboxes.MarkAsync(channel, marks) is not { } marked)
        {
            return Unavailable(request);
        }

        return marked.Outcome switch
        {
            InboxMarkOutcome.Marked => ApiJson.Answer(json => InboxJson.WriteMarked(json, marked)),
            InboxMarkOutcome.NotInbox => NotInbox(channel),
            InboxMarkOutcome.StaleEpoch => ApiProblem.Of(
                StatusCodes.Status409Conflict,
                $"The epoch is not the one of the inbox, {marked.Head.Epoch}: its offsets name other notifications. Read the inbox again."),
            InboxMarkOutcome.Limit => ApiProblem.Of(
                StatusCodes.Status400BadRequest,
                $"The marks of the inbox would need more than {InboxFormat.MaxBytes} bytes; mark consecutive items."),
            _ => Unavailable(request),
        };
    }

    private static string ChannelOf(ApiQuery query) => ChannelPattern.UserPrefix + query.RequiredText("user", TokenIssuer.MaxUser);

    private static InboxFilter FilterOf(string? word) => word switch
    {
        "unread" => InboxFilter.Unread,
        "archived" => InboxFilter.Archived,
        _ => InboxFilter.Listed,
    };

    private static ProblemHttpResult Unavailable(HttpRequest request) =>
        ApiProblem.Unavailable(request.HttpContext, "The inbox does not answer now; ask again in a moment.");

    private static ProblemHttpResult NotInbox(string channel) =>
        ApiProblem.Of(StatusCodes.Status404NotFound, $"{channel} is not an inbox: NOTIFY_INBOX does not match it.");

    private ProblemHttpResult? Refuse(string? problem, HttpRequest request, string channel) => problem is not null
        ? ApiProblem.Of(StatusCodes.Status400BadRequest, problem)
        : ApiProblem.OfForbidden(access, request.HttpContext, [channel]);
}
