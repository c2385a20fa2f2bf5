using Notify.Server.Send;

namespace Notify.Server.Api;

/// <summary>Refuses requests without the secret. They carry it in the same headers as for <c>/send</c>.</summary>
/// <param name="access">Decides which requests are allowed.</param>
internal sealed class SecretFilter(SenderAccess access) : IEndpointFilter
{
    /// <inheritdoc />
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Response.Headers;
        switch (access.Check(context.HttpContext))
        {
            case StatusCodes.Status403Forbidden:
                return Refuse(StatusCodes.Status403Forbidden, SenderAccess.ProtectedSentence + ".");
            case StatusCodes.Status401Unauthorized:
                headers.WWWAuthenticate = "Bearer";
                return Refuse(
                    StatusCodes.Status401Unauthorized,
                    "The request does not carry the secret: Authorization: Bearer, followed by NOTIFICATION_SECRET.");
            case StatusCodes.Status429TooManyRequests:
                headers.RetryAfter = SenderAccess.RetryAfter;
                return Refuse(
                    StatusCodes.Status429TooManyRequests,
                    "This address has shown too many wrong secrets; try again in a minute.");
            default:
                return next(context);
        }
    }

    private static ValueTask<object?> Refuse(int status, string detail) => ValueTask.FromResult<object?>(ApiProblem.Of(status, detail));
}
