using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
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
/// <param name="node">The node.</param>
/// <param name="answers">Answers about one inbox.</param>
/// <param name="links">Makes links for e-mails.</param>
/// <param name="access">Limits what backends may see and change.</param>
/// <param name="maxBody">The maximum size of a body, in bytes.</param>
/// <param name="received">The account of the memory of request bodies.</param>
internal sealed class ApiInboxes(
    BrokerNode node, InboxAnswers answers, ItemLinks links, BackendAccess access, int maxBody, ReceiveAccount received)
    : IApiGroup
{
    // The maximum number of inboxes in one request.
    private const int MaxRecall = 1000;

    private static readonly string[] Queries = [HttpMethods.Get, HttpMethods.Head];

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapMethods("/inbox", Queries, ListAsync).RequireScope(BackendScope.Read);
        api.MapMethods("/inbox/count", Queries, CountAsync).RequireScope(BackendScope.Read);
        api.MapMethods("/inbox/item", Queries, ItemAsync).RequireScope(BackendScope.Read);
        api.MapPost("/inbox/counts", CountAllAsync).RequireScope(BackendScope.Read);
        api.MapPost("/inbox/mark", MarkAsync).RequireScope(BackendScope.Send);
        api.MapPost("/inbox/recall", RecallAsync).RequireScope(BackendScope.Send);
        api.MapDelete("/inbox", EraseAsync).RequireScope(BackendScope.Send);
    }

    private async Task<Answer> ListAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, ["user", ApiQuery.Follow, .. InboxList.Parameters]);
        var channel = ChannelOf(query);
        var (list, follows) = (InboxList.Read(query), query.Follows(node.IsAnnouncement));
        return Refuse(query.Problem, request, [channel, .. follows ?? []]) is { } refused
            ? refused
            : await answers.ListAsync(
                request.HttpContext, channel, list, ChoiceOf(request, follows), await links.OfAsync(UserOf(channel)));
    }

    private async Task<Answer> CountAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "user", ApiQuery.Follow, ApiQuery.By);
        var (channel, follows, byCategory) = (ChannelOf(query), query.Follows(node.IsAnnouncement), query.ByCategory());
        return Refuse(query.Problem, request, [channel, .. follows ?? []]) is { } refused
            ? refused
            : await answers.CountAsync(request.HttpContext, channel, ChoiceOf(request, follows), byCategory);
    }

    private async Task<Answer> ItemAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, ["user", .. ItemAddress.Parameters]);
        var channel = ChannelOf(query);
        var item = ItemAddress.Read(query).Within(channel);
        return Refuse(query.Problem, request, [channel, .. item.Of is { } of ? [of] : (string[])[]]) is { } refused ? refused
            : item.Of is { } other && !node.IsAnnouncement(other)
                ? ApiProblem.Of(StatusCodes.Status400BadRequest, ApiQuery.NoAnnouncement(other))
            : await answers.ItemAsync(request.HttpContext, channel, item, await links.OfAsync(UserOf(channel)));
    }

    private async Task<Answer> CountAllAsync(HttpRequest request)
    {
        var (read, problem) = await ApiBody.ReadAsync(request, maxBody, received);
        using var body = read;
        if (body is null)
        {
            return problem!;
        }

        using var fields = new ApiObject(body.Written, "users", ApiQuery.Follow);
        var users = fields.Texts("users", InboxQueries.MaxCounted, TokenIssuer.MaxUser);
        if (users.Count == 0)
        {
            fields.Refuse("users is missing, or empty.");
        }

        var follows = fields.Has(ApiQuery.Follow) ? fields.Texts(ApiQuery.Follow, FollowSet.Max, ChannelName.MaxBytes) : null;
        if (follows?.Find(name => !node.IsAnnouncement(name)) is { } other)
        {
            fields.Refuse(ApiQuery.NoAnnouncement(other));
        }

        var channels = users.Select(static user => ChannelPattern.UserPrefix + user);
        return Refuse(fields.Problem, request, [.. channels, .. follows ?? []]) is { } refused
            ? refused
            : await answers.CountAsync(request.HttpContext, users, ChoiceOf(request, follows));
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
        return Refuse(fields.Problem, request, [channel]) is { } refused
            ? refused
            : await answers.MarkAsync(
                request.HttpContext,
                channel,
                fields.Root,
                of => node.IsAnnouncement(of) && request.HttpContext.Backend().Channels.Contains(of),
                ChoiceOf(request, follows: null));
    }

    private async Task<Answer> RecallAsync(HttpRequest request)
    {
        var (read, problem) = await ApiBody.ReadAsync(request, maxBody, received);
        using var body = read;
        if (body is null)
        {
            return problem!;
        }

        using var fields = new ApiObject(body.Written, "channel", "channels", "id", "collapseKey", "offsets", "epoch");
        var channels = RecallChannels(fields);
        if (fields.Problem is null && RecallReader.Read(fields) is { } mark)
        {
            return ApiProblem.OfForbidden(access, request.HttpContext, channels) is { } forbidden
                ? forbidden
                : await answers.RecallAsync(request.HttpContext, channels, mark);
        }

        return ApiProblem.Of(StatusCodes.Status400BadRequest, fields.Problem!);
    }

    private async Task<Answer> EraseAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "user");
        var channel = ChannelOf(query);
        return Refuse(query.Problem, request, [channel]) is { } refused ? refused : await answers.EraseAsync(request.HttpContext, channel);
    }

    private static List<string> RecallChannels(ApiObject fields)
    {
        var names = fields.Texts("channels", MaxRecall, ChannelName.MaxBytes);
        if (fields.Text("channel", ChannelName.MaxBytes) is { } only)
        {
            names.Add(only);
        }

        if (names.Count == 0)
        {
            fields.Refuse("channel is missing, or channels.");
        }

        return names;
    }

    private static string ChannelOf(ApiQuery query) => ChannelPattern.UserPrefix + query.RequiredText("user", TokenIssuer.MaxUser);

    private static string UserOf(string channel) => channel[ChannelPattern.UserPrefix.Length..];

    private static FollowChoice ChoiceOf(HttpRequest request, IReadOnlyList<string>? follows) =>
        new(follows, request.HttpContext.Backend().Channels.Contains);

    private ProblemHttpResult? Refuse(string? problem, HttpRequest request, params IReadOnlyList<string> channels) => problem is not null
        ? ApiProblem.Of(StatusCodes.Status400BadRequest, problem)
        : ApiProblem.OfForbidden(access, request.HttpContext, channels);
}
