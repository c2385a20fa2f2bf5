using Notify.Broker.Revocations;
using Notify.Server.Backends;
using Notify.Server.Limits;
using Notify.Server.Options;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.FileContentHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.NoContent,
    Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Notify.Server.Api;

/// <summary>Implements the endpoints that sign users out: disconnect, revoke, unblock, and the list of what is in force.</summary>
/// <param name="commands">Revokes and disconnects on all nodes.</param>
/// <param name="revocations">The revocations of this node.</param>
/// <param name="options">The options of tokens.</param>
/// <param name="maxBody">The maximum size of a body, in bytes.</param>
/// <param name="received">The account of the memory of request bodies.</param>
/// <param name="time">The clock.</param>
internal sealed class ApiRevocations(
    RevocationCommands commands, RevokedTokens revocations, TokenOptions options, int maxBody, ReceiveAccount received, TimeProvider time)
    : IApiGroup
{
    private const int MaxSession = 64;
    private const int MaxConnection = 200;
    private const int MaxReason = 100;

    // The clock of the backend may be ahead.
    private const long MaxAhead = 300;

    private static readonly string[] Queries = [HttpMethods.Get, HttpMethods.Head];
    private static readonly TimeSpan MaxBlock = TimeSpan.FromDays(365);

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/disconnect", DisconnectAsync).RequireScope(BackendScope.Admin);
        api.MapPost("/revoke", RevokeAsync).RequireScope(BackendScope.Admin);
        api.MapPost("/unblock", UnblockAsync).RequireScope(BackendScope.Admin);
        api.MapMethods("/blocks", Queries, List).RequireScope(BackendScope.Admin);
    }

    private Task<Answer> DisconnectAsync(HttpRequest request) => WithBodyAsync(
        request,
        async body =>
        {
            var user = body.Text("user", TokenIssuer.MaxUser);
            var session = body.Text("session", MaxSession);
            var connection = body.Text("connection", MaxConnection);
            var isReconnect = body.Flag("reconnect");
            var block = ReadBlock(body);
            var reason = ReadReason(body);
            RequireOne(body, "user, session and connection", user, session, connection);
            if (block is not null && (user is null || isReconnect))
            {
                body.Refuse("block is for a user, and not together with reconnect.");
            }

            if (block is not null)
            {
                RequireKeys(body);
            }

            if (body.Problem is { } problem)
            {
                return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
            }

            request.HttpContext.SetSubject(Subject(("user", user), ("session", session), ("connection", connection)));
            if (block is { } seconds)
            {
                return await ApplyAsync(new Revocation(RevocationKind.BlockedUser, user!, Now, Now + seconds), reason, before: null);
            }

            return Json(
                await commands.DisconnectAsync(new DisconnectOrder
                {
                    User = user,
                    Session = session,
                    Connection = connection,
                    Kind = isReconnect ? DisconnectKind.Reconnect : DisconnectKind.Disconnected,
                    Reason = reason,
                }),
                before: null);
        },
        "user",
        "session",
        "connection",
        "reconnect",
        "block",
        "reason");

    private Task<Answer> RevokeAsync(HttpRequest request) => WithBodyAsync(
        request,
        async body =>
        {
            var user = body.Text("user", TokenIssuer.MaxUser);
            var session = body.Text("session", MaxSession);
            var token = body.Text("token", MaxSession);
            var before = body.Number("before", 0, Now + MaxAhead);
            RequireOne(body, "user, session and token", user, session, token);
            RequireKeys(body);
            if (before is not null && user is null)
            {
                body.Refuse("before is only for a user.");
            }

            if (body.Problem is { } problem)
            {
                return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
            }

            request.HttpContext.SetSubject(Subject(("user", user), ("session", session), ("token", token)));
            var until = Now + (long)options.MaxAge.TotalSeconds + (long)options.Skew.TotalSeconds;
            var second = before ?? Now;

            // A token with the id is refused whenever it says it was issued.
            var revocation = user is not null ? new Revocation(RevocationKind.User, user, second, until)
                : session is not null ? new Revocation(RevocationKind.Session, session, second, until)
                : new Revocation(RevocationKind.TokenId, token!, until, until);
            return await ApplyAsync(revocation, "", second);
        },
        "user",
        "before",
        "session",
        "token");

    private Task<Answer> UnblockAsync(HttpRequest request) => WithBodyAsync(
        request,
        async body =>
        {
            var user = body.Text("user", TokenIssuer.MaxUser);
            RequireOne(body, "user", user);
            if (body.Problem is { } problem)
            {
                return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
            }

            request.HttpContext.SetSubject(Subject(("user", user)));
            await commands.UnblockAsync(user!);
            return TypedResults.NoContent();
        },
        "user");

    private Answer List(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "after", "limit");
        var limit = query.Limit();
        var text = request.Query["after"].ToString();
        (RevocationKind Kind, string Name)? after = null;
        if (query.Problem is null && text.Length > 0 && !RevocationNames.TryParse(text, out after))
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, "after is not the value of next of a page before.");
        }

        if (query.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        if (options.HasKeys && !revocations.IsRead)
        {
            return ApiProblem.Unavailable(request.HttpContext, "The revocations are not read yet; ask again in a moment.");
        }

        var page = revocations.List(after, limit);
        return ApiJson.Answer(json =>
        {
            json.WriteStartArray("blocks"u8);
            foreach (var revocation in page.Where(revocations.IsInForce))
            {
                json.WriteStartObject();
                json.WriteString("kind"u8, RevocationNames.Of(revocation.Kind));
                json.WriteString("name"u8, revocation.Name);
                if (revocation.Kind is RevocationKind.User or RevocationKind.Session)
                {
                    json.WriteNumber("before"u8, revocation.Before);
                }

                json.WriteNumber("until"u8, revocation.Until);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("next"u8, page.Count == limit ? RevocationNames.Format(page[^1]) : null);
        });
    }

    private async Task<Answer> WithBodyAsync(HttpRequest request, Func<ApiObject, Task<Answer>> answer, params string[] members)
    {
        var (read, refused) = await ApiBody.ReadAsync(request, maxBody, received);
        using var body = read;
        if (body is null)
        {
            return refused!;
        }

        using var fields = new ApiObject(body.Written, members);
        try
        {
            return await answer(fields);
        }
        catch (TooManyRevocationsException exception)
        {
            return ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, exception.Message);
        }
    }

    private async Task<Answer> ApplyAsync(Revocation revocation, string reason, long? before) =>
        Json(await commands.RevokeAsync(revocation, reason), before);

    private static Answer Json(DisconnectResult result, long? before) => ApiJson.Answer(json =>
    {
        json.WriteNumber("connections"u8, result.Connections);
        json.WriteNumber("nodes"u8, result.Nodes);
        json.WriteStartArray("silent"u8);
        foreach (var node in result.Silent)
        {
            json.WriteStringValue(node);
        }

        json.WriteEndArray();
        if (before is { } second)
        {
            json.WriteNumber("before"u8, second);
        }
    });

    private static long? ReadBlock(ApiObject body)
    {
        var text = body.Text("block", maxBytes: 20);
        if (text is null)
        {
            return null;
        }

        if (!DurationText.TryParse(text, out var duration) || duration < TimeSpan.FromSeconds(1) || duration > MaxBlock)
        {
            body.Refuse("block is not a duration from 1s to 365d, for example 10m.");
        }

        return (long)duration.TotalSeconds;
    }

    private static string ReadReason(ApiObject body)
    {
        var reason = body.Text("reason", MaxReason * 4) ?? "";
        if (reason.EnumerateRunes().Count() > MaxReason)
        {
            body.Refuse($"reason is longer than {MaxReason} characters.");
        }

        return reason;
    }

    private void RequireKeys(ApiObject body)
    {
        if (!options.HasKeys)
        {
            body.Refuse("This server has no key to verify tokens, so there are none to refuse; set NOTIFY_TOKEN_SECRET.");
        }
    }

    private static void RequireOne(ApiObject body, string names, params ReadOnlySpan<string?> values)
    {
        var count = 0;
        foreach (var value in values)
        {
            count += value is null ? 0 : 1;
        }

        if (count != 1)
        {
            body.Refuse(values.Length == 1 ? $"{names} is missing." : $"One of {names} is required, and only one.");
        }
    }

    private static string Subject(params ReadOnlySpan<(string Kind, string? Name)> names)
    {
        foreach (var (kind, name) in names)
        {
            if (name is not null)
            {
                return $"{kind} {name}";
            }
        }

        return "";
    }
}
