using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker.Connections;
using Notify.Protocol.Tokens;
using Notify.Server.Api;
using Notify.Server.Backends;
using Notify.Server.Endpoints;
using Notify.Server.Limits;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.FileContentHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.StatusCodeHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Notify.Server.Inboxes;

/// <summary>
/// Implements <c>/inbox</c>: the inbox of the user whose token the request carries, for pages. A token reads and marks its own inbox and
/// nothing else.
/// </summary>
/// <param name="answers">Answers about one inbox.</param>
/// <param name="callers">Finds out whose inbox a request is about.</param>
/// <param name="links">Checks signed links.</param>
/// <param name="origins">The pages that may ask.</param>
/// <param name="maxBody">The maximum size of a body, in bytes.</param>
/// <param name="received">The account of the memory of request bodies.</param>
internal sealed class InboxEndpoints(
    InboxAnswers answers, InboxCallers callers, ItemLinks links, OriginPolicy origins, int maxBody, ReceiveAccount received)
{
    private const string Methods = "GET,HEAD,POST";
    private const int MaxSignature = 100;

    private static readonly string[] Queries = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the endpoints.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var inbox = endpoints.MapGroup("");
        inbox.AddEndpointFilter(new UnavailableFilter());
        inbox.AddEndpointFilter(AllowOriginAsync);
        CaseSensitivePath.Require(inbox);
        inbox.MapMethods("/inbox", Queries, ListAsync);
        inbox.MapMethods("/inbox/count", Queries, CountAsync);
        inbox.MapMethods("/inbox/item", Queries, ItemAsync);
        inbox.MapMethods("/inbox/go", Queries, GoAsync);
        inbox.MapPost("/inbox/mark", MarkAsync);
        foreach (var path in new[] { "/inbox", "/inbox/count", "/inbox/item", "/inbox/mark" })
        {
            inbox.MapMethods(path, [HttpMethods.Options], static context =>
            {
                Cors.AnswerPreflight(context, Methods);
                return Task.CompletedTask;
            });
        }
    }

    private async ValueTask<object?> AllowOriginAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var origin = context.HttpContext.Request.Headers.Origin.ToString();
        if (!OriginPolicy.IsWellFormed(origin) || !origins.Allows(context.HttpContext.Request))
        {
            return ApiProblem.Of(
                StatusCodes.Status403Forbidden, "Pages of this origin may not ask; see NOTIFY_ALLOWED_ORIGINS.", JoinErrors.Forbidden);
        }

        if (origin.Length > 0)
        {
            Cors.Allow(context.HttpContext, origin);
        }

        return await next(context);
    }

    private async Task<Answer> ListAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, [.. callers.Parameters, .. InboxList.Parameters]);
        var list = InboxList.Read(query);
        var (user, refused) = await callers.FindAsync(request, query);
        return user is not var (channel, follows)
            ? refused!
            : await answers.ListAsync(request.HttpContext, channel, list, FollowChoice.Of(follows));
    }

    private async Task<Answer> CountAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, [.. callers.Parameters, ApiQuery.By]);
        var byCategory = query.ByCategory();
        var (user, refused) = await callers.FindAsync(request, query);
        return user is not var (channel, follows)
            ? refused!
            : await answers.CountAsync(request.HttpContext, channel, FollowChoice.Of(follows), byCategory);
    }

    private async Task<Answer> ItemAsync(HttpRequest request)
    {
        var (item, channel, refused) = await FindItemAsync(request, isLink: false);
        return channel is null ? refused! : await answers.ItemAsync(request.HttpContext, channel, item);
    }

    // A link in an e-mail or on a page without JavaScript. Only a user who follows it has used it: programs that check links, and browsers
    // that load pages ahead, are redirected and mark nothing.
    private async Task<Answer> GoAsync(HttpRequest request)
    {
        var (item, channel, refused) = request.Query.ContainsKey(ItemLinks.Signature)
            ? await FindSignedItemAsync(request)
            : await FindItemAsync(request, isLink: true);
        var isFollowed = HttpMethods.IsGet(request.Method)
            && request.Headers["Sec-Fetch-Mode"] == "navigate"
            && request.Headers["Sec-Purpose"].Count == 0;
        return channel is null ? refused! : await answers.GoAsync(request.HttpContext, channel, item, isFollowed);
    }

    private async Task<(ItemAddress Item, string? Channel, ProblemHttpResult? Refused)> FindSignedItemAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, ["user", .. ItemAddress.Parameters, ItemLinks.Expiry, ItemLinks.Signature]);
        var (item, user) = (ItemAddress.Read(query), query.RequiredText("user", TokenIssuer.MaxUser));
        var (expiry, signature) = (query.RequiredOffset(ItemLinks.Expiry), query.RequiredText(ItemLinks.Signature, MaxSignature));
        var refused = query.Problem is { } problem ? ApiProblem.Of(StatusCodes.Status400BadRequest, problem, InboxCallers.BadQuery)
            : callers.Limit(request.HttpContext, user) is { } tooMany ? tooMany
            : await links.AllowAsync(user, item, expiry, signature) ? null
            : ApiProblem.Of(
                StatusCodes.Status401Unauthorized,
                "The link has expired or is incomplete; open the page that it is about another way.",
                "bad_link");
        return (item, refused is null ? ChannelPattern.UserPrefix + user : null, refused);
    }

    private async Task<(ItemAddress Item, string? Channel, ProblemHttpResult? Refused)> FindItemAsync(HttpRequest request, bool isLink)
    {
        var query = new ApiQuery(request.Query, [.. callers.Parameters, .. ItemAddress.Parameters]);
        var item = ItemAddress.Read(query);
        var (user, refused) = await callers.FindAsync(request, query, isLink);
        if (user is not var (own, follows))
        {
            return (item, null, refused);
        }

        item = item.Within(own);
        return item.Of is { } other && !follows.Contains(other)
            ? (item, null, ApiProblem.Of(
                StatusCodes.Status403Forbidden, MarkAnswer.Refused(other, JoinErrors.Forbidden).Message, JoinErrors.Forbidden))
            : (item, own, null);
    }

    private async Task<Answer> MarkAsync(HttpRequest request)
    {
        var (user, refused) = await callers.FindAsync(request, new ApiQuery(request.Query, [.. callers.Parameters]));
        if (user is not var (channel, follows))
        {
            return refused!;
        }

        var isForm = MarkForm.Is(request);
        var (read, problem) = await ApiBody.ReadAsync(request, maxBody, received, isForm);
        using var body = read;
        if (body is null)
        {
            return problem!;
        }

        var (json, next) = (body.Written, (string?)null);
        if (isForm && MarkForm.Read(body.Written.Span, out json, out next) is { } unreadable)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, unreadable, MarkAnswer.BadMark);
        }

        if (next is not null && !RedirectTarget.IsKnown(next, request, origins))
        {
            return ApiProblem.Of(
                StatusCodes.Status400BadRequest,
                "return is neither a path of this server nor a page of an origin in NOTIFY_ALLOWED_ORIGINS.",
                MarkAnswer.BadMark);
        }

        using var fields = new ApiObject(json, [.. MarkReader.Members]);
        if (fields.Problem is { } bad)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, bad, MarkAnswer.BadMark);
        }

        var answer = await answers.MarkAsync(request.HttpContext, channel, fields.Root, follows.Contains, FollowChoice.Of(follows));
        return next is null || answer.Result is ProblemHttpResult ? answer : InboxAnswers.SeeOther(request.HttpContext, next);
    }
}
