using System.Net;
using Notify.Server.Options;

namespace Notify.Server.Send;

/// <summary>Who may send and ask as a backend.</summary>
/// <param name="access">The secret.</param>
internal sealed class SenderAccess(AccessOptions access)
{
    /// <summary>What a backend is told that may not, because the secret is at its default.</summary>
    public const string ProtectedSentence =
        "NOTIFICATION_SECRET is at its default, so only this host may send: set NOTIFICATION_SECRET (or NOTIFY_INSECURE=1 to let everyone in)";

    private readonly SecretCheck _secret = new(access.Secret);

    /// <summary>Judges a request: 200, 401 when it does not carry the secret, 403 when the secret is at its default and the request is not from this host.</summary>
    public int Check(HttpContext context)
    {
        if (access.IsSecretDefault && !access.IsInsecure && !IsFromThisHost(context))
        {
            return StatusCodes.Status403Forbidden;
        }

        return _secret.Allows(context.Request.Headers) ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
    }

    // A request that a proxy on this host passed on is not from this host.
    private static bool IsFromThisHost(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");
}
