using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Notify.Server.Api;

namespace Notify.Server.Backends;

/// <summary>
/// Authenticates backends by their secret for ASP.NET Core, and answers refusals as problem details (RFC 9457). Implements the interface
/// itself, because the base class of the framework logs each refusal, and anybody can cause any number of them.
/// </summary>
/// <param name="access">Checks the secret.</param>
/// <param name="log">Logs refusals.</param>
internal sealed class BackendAuthenticationHandler(BackendAccess access, BackendLog log) : IAuthenticationHandler
{
    /// <summary>The name of the authentication scheme.</summary>
    public const string SchemeName = "Backend";

    /// <summary>The type of the claims that contain the scopes.</summary>
    public const string ScopeClaim = "scope";

    private HttpContext _context = null!;
    private BackendResult? _result;

    /// <inheritdoc />
    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<AuthenticateResult> AuthenticateAsync()
    {
        _result ??= access.Check(_context);
        if (_result is not { Backend: { } backend })
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        _context.Features.Set(backend);
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.Name, backend.Name),
                .. BackendScopes.OpenedBy(backend.Scopes).Select(static scope => new Claim(ScopeClaim, scope)),
            ],
            SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    /// <inheritdoc />
    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        var headers = _context.Response.Headers;
        var status = (_result ??= access.Check(_context)).Status;
        access.CountRefused(_context, status);
        switch (status)
        {
            case StatusCodes.Status403Forbidden:
                return RefuseAsync(StatusCodes.Status403Forbidden, BackendAccess.ProtectedSentence + ".");
            case StatusCodes.Status429TooManyRequests:
                headers.RetryAfter = BackendAccess.RetryAfter;
                return RefuseAsync(
                    StatusCodes.Status429TooManyRequests,
                    "This address has shown too many wrong secrets; try again in a minute.");
            default:
                if (ShownSecret.IsMissing(_context.Request.Headers))
                {
                    log.Refused(_context, BackendLog.Unknown, "no secret");
                }

                headers.WWWAuthenticate = "Bearer";
                return RefuseAsync(
                    StatusCodes.Status401Unauthorized,
                    "The request does not carry the secret: Authorization: Bearer, followed by NOTIFICATION_SECRET.");
        }
    }

    /// <inheritdoc />
    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        var backend = _context.Backend();
        var scope = _context.GetEndpoint()!.Metadata.GetOrderedMetadata<IAuthorizeData>()
            .Select(static data => data.Policy)
            .LastOrDefault(static policy => policy is not null && BackendScopes.TryParse(policy, out _))
            ?? BackendScopes.NameOf(BackendScope.Metrics);
        access.RefuseScope(_context, backend, scope);
        return RefuseAsync(
            StatusCodes.Status403Forbidden,
            $"The secret {backend.Name} does not have the scope {scope}, which this request needs; add it in the file of NOTIFY_SECRETS.");
    }

    private Task RefuseAsync(int status, string detail)
    {
        _context.Response.Headers.CacheControl = "no-store";
        _context.RequestServices.GetRequiredService<ApiLog>().Answered(_context, status);
        return ApiProblem.Of(status, detail).ExecuteAsync(_context);
    }
}
