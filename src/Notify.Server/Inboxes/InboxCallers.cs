using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Broker.Connections;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Api;
using Notify.Server.Backends;
using Notify.Server.Options;

namespace Notify.Server.Inboxes;

/// <summary>
/// Finds out whose inbox a request to <c>/inbox</c> is about, and limits how often a user asks. With keys for tokens it is the user of the
/// token. Without them, everybody with the key may name any user, as long as everybody may join the inboxes.
/// </summary>
internal sealed class InboxCallers : IDisposable
{
    /// <summary>The parameters cannot be read.</summary>
    public const string BadQuery = "bad_query";

    // A user has ten seconds' worth of requests at once.
    private const int BurstSeconds = 10;

    private readonly BrokerNode _node;
    private readonly AccessControl _access;
    private readonly KeyCheck _key;
    private readonly PartitionedRateLimiter<string> _rates;
    private readonly int _rate;

    /// <summary>Creates the object.</summary>
    /// <param name="node">The node.</param>
    /// <param name="access">Verifies tokens.</param>
    /// <param name="key">Checks the key of clients.</param>
    /// <param name="rate">The number of requests of one user in a second.</param>
    public InboxCallers(BrokerNode node, AccessControl access, KeyCheck key, int rate)
    {
        (_node, _access, _key, _rate) = (node, access, key, rate);
        _rates = PartitionedRateLimiter.Create<string, string>(user => RateLimitPartition.GetTokenBucketLimiter(
            user,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = rate * BurstSeconds,
                TokensPerPeriod = rate,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            }));
    }

    /// <summary>Gets the parameters that say who asks.</summary>
    public IReadOnlyList<string> Parameters => _access.Verifier is null ? ["key", "user", ApiQuery.Follow] : ["token"];

    /// <inheritdoc />
    public void Dispose() => _rates.Dispose();

    /// <summary>Returns the inbox of the user who asks and the announcement channels that belong to it, or why there is none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="query">Its query. Its problem is reported to those who may ask.</param>
    /// <param name="isLink">Whether the request is that of a link.</param>
    public async Task<((string Channel, IReadOnlyList<string> Follows)? User, ProblemHttpResult? Refused)> FindAsync(
        HttpRequest request, ApiQuery query, bool isLink = false)
    {
        var (user, follows, refused) = _access.Verifier is null
            ? FindNamed(request, query)
            : await FindOwnAsync(request.HttpContext, isLink);
        if (refused is not null)
        {
            return (null, refused);
        }

        if (query.Problem is { } problem)
        {
            return (null, ApiProblem.Of(StatusCodes.Status400BadRequest, problem, BadQuery));
        }

        return Limit(request.HttpContext, user!) is { } tooMany
            ? (null, tooMany)
            : ((ChannelPattern.UserPrefix + user, follows), null);
    }

    /// <summary>Refuses a request of a user who asks too often; null for the others.</summary>
    public ProblemHttpResult? Limit(HttpContext context, string user)
    {
        using var lease = _rates.AttemptAcquire(user);
        if (lease.IsAcquired)
        {
            return null;
        }

        context.Response.Headers.RetryAfter = "1";
        return ApiProblem.Of(
            StatusCodes.Status429TooManyRequests,
            $"The user asks more than {_rate} times a second (NOTIFY_MARK_RATE); ask again in a moment.",
            JoinErrors.Limit);
    }

    private (string? User, IReadOnlyList<string> Follows, ProblemHttpResult? Refused) FindNamed(HttpRequest request, ApiQuery query)
    {
        if (!_key.Allows(request.QueryString))
        {
            return (null, [], ApiProblem.Of(
                StatusCodes.Status401Unauthorized,
                "The key is missing or wrong: ?key=NOTIFICATION_KEY&user=USER. With NOTIFY_TOKEN_SECRET, requests have a token instead.",
                JoinErrors.Unauthorized));
        }

        var user = query.RequiredText("user", TokenIssuer.MaxUser);
        var follows = query.Follows(_node.IsAnnouncement) ?? [];
        return _access.IsObserving || _access.Rules.Find(ChannelPattern.UserPrefix + user).Rule == AccessRule.Open
            ? (user, FollowRights.NamesOf(_node, null, follows), null)
            : (null, [], ApiProblem.Of(
                StatusCodes.Status403Forbidden,
                "NOTIFY_ACCESS does not open this inbox to everybody, and this server has no keys for tokens; set NOTIFY_TOKEN_SECRET.",
                JoinErrors.Forbidden));
    }

    private async Task<(string? User, IReadOnlyList<string> Follows, ProblemHttpResult? Refused)> FindOwnAsync(
        HttpContext context, bool isLink)
    {
        // Without a verifier of tokens there are no rights, too.
        var rights = _access.Begin(context, "inbox", isLink)!;
        var (identity, error, _) = await rights.IdentifyAsync(token: null, connectionId: null);
        if (identity?.User is { } user && error is null)
        {
            rights.Assume(identity);
            return (user, FollowRights.NamesOf(_node, rights, []), null);
        }

        return error == TokenCodes.Unavailable
                ? (null, [], ApiProblem.Unavailable(context, "Tokens cannot be verified now; ask again in a moment."))
            : error is not null ? (null, [], Unauthorized(context, error, TokenCodes.Sentence(error)))
            : (null, [], Unauthorized(
                context, JoinErrors.Unauthorized, "The request has no token of a user; send it as Authorization: Bearer …"));
    }

    private static ProblemHttpResult Unauthorized(HttpContext context, string code, string detail)
    {
        // RFC 6750, section 3.1: the error is named only when the request carried a token.
        context.Response.Headers.WWWAuthenticate = code == JoinErrors.Unauthorized ? "Bearer" : "Bearer error=\"invalid_token\"";
        return ApiProblem.Of(StatusCodes.Status401Unauthorized, detail, code);
    }
}
