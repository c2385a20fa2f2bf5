using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker.Connections;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Api;
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
internal sealed class InboxEndpoints : IDisposable
{
    private const string Methods = "GET,HEAD,POST";

    // A user has ten seconds' worth of marks at once.
    private const int BurstSeconds = 10;

    private static readonly string[] Queries = [HttpMethods.Get, HttpMethods.Head];

    private readonly InboxAnswers _answers;
    private readonly AccessControl _access;
    private readonly OriginPolicy _origins;
    private readonly int _maxBody;
    private readonly ReceiveAccount _received;
    private readonly PartitionedRateLimiter<string> _rates;
    private readonly int _rate;

    /// <summary>Creates the endpoints.</summary>
    /// <param name="answers">Answers about one inbox.</param>
    /// <param name="access">Verifies tokens.</param>
    /// <param name="origins">The pages that may ask.</param>
    /// <param name="maxBody">The maximum size of a body, in bytes.</param>
    /// <param name="received">The account of the memory of request bodies.</param>
    /// <param name="rate">The number of requests of one user in a second.</param>
    public InboxEndpoints(
        InboxAnswers answers, AccessControl access, OriginPolicy origins, int maxBody, ReceiveAccount received, int rate)
    {
        (_answers, _access, _origins, _maxBody, _received, _rate) = (answers, access, origins, maxBody, received, rate);
        _rates = PartitionedRateLimiter.Create<string, string>(user => RateLimitPartition.GetTokenBucketLimiter(
            user,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = rate * BurstSeconds,
                TokensPerPeriod = rate,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            }));
    }

    /// <summary>Maps the endpoints.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var inbox = endpoints.MapGroup("");
        inbox.AddEndpointFilter(new UnavailableFilter());
        inbox.AddEndpointFilter(AllowOriginAsync);
        CaseSensitivePath.Require(inbox);
        inbox.MapMethods("/inbox", Queries, ListAsync);
        inbox.MapMethods("/inbox/count", Queries, CountAsync);
        inbox.MapPost("/inbox/mark", MarkAsync);
        foreach (var path in new[] { "/inbox", "/inbox/count", "/inbox/mark" })
        {
            inbox.MapMethods(path, [HttpMethods.Options], static context =>
            {
                Cors.AnswerPreflight(context, Methods);
                return Task.CompletedTask;
            });
        }
    }

    /// <inheritdoc />
    public void Dispose() => _rates.Dispose();

    private async ValueTask<object?> AllowOriginAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var origin = context.HttpContext.Request.Headers.Origin.ToString();
        if (!OriginPolicy.IsWellFormed(origin) || !_origins.Allows(context.HttpContext.Request))
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
        var query = new ApiQuery(request.Query, ["token", .. InboxAnswers.ListParameters]);
        var list = InboxAnswers.ReadList(query);
        var (channel, refused) = await IdentifyAsync(request, query.Problem);
        return channel is null ? refused! : await _answers.ListAsync(request.HttpContext, channel, list);
    }

    private async Task<Answer> CountAsync(HttpRequest request)
    {
        var (channel, refused) = await IdentifyAsync(request, new ApiQuery(request.Query, "token").Problem);
        return channel is null ? refused! : await _answers.CountAsync(request.HttpContext, channel);
    }

    private async Task<Answer> MarkAsync(HttpRequest request)
    {
        var (channel, refused) = await IdentifyAsync(request, new ApiQuery(request.Query, "token").Problem);
        if (channel is null)
        {
            return refused!;
        }

        var (read, problem) = await ApiBody.ReadAsync(request, _maxBody, _received);
        using var body = read;
        if (body is null)
        {
            return problem!;
        }

        using var fields = new ApiObject(body.Written, [.. MarkReader.Members]);
        return fields.Problem is { } bad
            ? ApiProblem.Of(StatusCodes.Status400BadRequest, bad, "bad_mark")
            : await _answers.MarkAsync(request.HttpContext, channel, fields.Root);
    }

    // Returns the channel of the user, or why there is none.
    private async Task<(string? Channel, ProblemHttpResult? Refused)> IdentifyAsync(HttpRequest request, string? problem)
    {
        var context = request.HttpContext;
        if (_access.Verifier is null || _access.Begin(context, "inbox") is not { } rights)
        {
            return Unauthorized(context, JoinErrors.Unauthorized, "This server has no keys for tokens; set NOTIFY_TOKEN_SECRET.");
        }

        var (identity, error, _) = await rights.IdentifyAsync(token: null, connectionId: null);
        if (error == TokenCodes.Unavailable)
        {
            return (null, ApiProblem.Unavailable(context, "Tokens cannot be verified now; ask again in a moment."));
        }

        if (error is not null)
        {
            return Unauthorized(context, error, TokenCodes.Sentence(error));
        }

        if (identity?.User is not { } user)
        {
            return Unauthorized(context, JoinErrors.Unauthorized, "The request has no token of a user; send it as Authorization: Bearer …");
        }

        using var lease = _rates.AttemptAcquire(user);
        if (!lease.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "1";
            return (null, ApiProblem.Of(
                StatusCodes.Status429TooManyRequests,
                $"The user asks more than {_rate} times a second (NOTIFY_MARK_RATE); ask again in a moment.",
                JoinErrors.Limit));
        }

        return problem is null
            ? (ChannelPattern.UserPrefix + user, null)
            : (null, ApiProblem.Of(StatusCodes.Status400BadRequest, problem, "bad_query"));
    }

    private static (string? Channel, ProblemHttpResult? Refused) Unauthorized(HttpContext context, string code, string detail)
    {
        // RFC 6750, section 3.1: the error is named only when the request carried a token.
        context.Response.Headers.WWWAuthenticate = code == JoinErrors.Unauthorized ? "Bearer" : "Bearer error=\"invalid_token\"";
        return (null, ApiProblem.Of(StatusCodes.Status401Unauthorized, detail, code));
    }
}
