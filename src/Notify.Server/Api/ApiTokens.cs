using Notify.Protocol.Tokens;
using Notify.Server.Backends;
using Notify.Server.Limits;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.FileContentHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Notify.Server.Api;

/// <summary>Implements <c>POST /api/tokens</c>, which signs a token for a backend.</summary>
/// <param name="issuer">Signs tokens.</param>
/// <param name="maxBody">The maximum size of a body, in bytes.</param>
/// <param name="received">The account of the memory of request bodies.</param>
/// <param name="time">The clock.</param>
internal sealed class ApiTokens(TokenIssuer issuer, int maxBody, ReceiveAccount received, TimeProvider time)
{
    private const long DefaultSeconds = 900;

    /// <summary>Answers a request.</summary>
    public async Task<Answer> IssueAsync(HttpRequest request)
    {
        if (!issuer.HasSecret)
        {
            return ApiProblem.Of(
                StatusCodes.Status409Conflict,
                "There is no secret to sign tokens with: set NOTIFY_TOKEN_SECRET, for example to the output of openssl rand -base64 32.");
        }

        var (read, refused) = await ApiBody.ReadAsync(request, maxBody, received);
        using var body = read;
        if (body is null)
        {
            return refused!;
        }

        using var fields = new ApiObject(body.Written, "user", "channels", "follow", "seconds");
        var user = fields.Text("user", TokenIssuer.MaxUser);
        var channels = fields.Patterns("channels", ChannelGrants.MaxPatterns);
        var follow = fields.Has("follow") ? fields.Patterns("follow", TokenClaims.MaxFollows) : null;
        if (follow?.FirstOrDefault(static channel => channel.IsPrefix) is { } prefix)
        {
            fields.Refuse($"follow has the prefix {prefix}, and needs names of announcement channels.");
        }

        var seconds = fields.Number("seconds", 1, issuer.MaxSeconds) ?? Math.Min(DefaultSeconds, issuer.MaxSeconds);
        if (user is null && channels.Count == 0)
        {
            fields.Refuse("user and channels are missing; a token needs one of them.");
        }

        if (fields.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return issuer.Sign(user, channels, now, now + seconds, follow) is { } token
            ? ApiJson.Answer(json =>
            {
                json.WriteString("token"u8, token);
                json.WriteNumber("expiresAt"u8, now + seconds);
            })
            : ApiProblem.Of(
                StatusCodes.Status400BadRequest,
                $"The token would be longer than {TokenIssuer.MaxToken} characters; name fewer channels, or a prefix.");
    }
}
