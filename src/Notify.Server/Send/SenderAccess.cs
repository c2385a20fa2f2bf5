using Notify.Server.Limits;
using Notify.Server.Options;

namespace Notify.Server.Send;

/// <summary>Decides which requests may publish or query as a backend.</summary>
/// <param name="access">The secrets.</param>
/// <param name="addresses">Counts the wrong secrets of each address.</param>
internal sealed class SenderAccess(AccessOptions access, AddressLimits addresses)
{
    /// <summary>The error for a backend that may not publish because the secret is the default one.</summary>
    public const string ProtectedSentence =
        "NOTIFICATION_SECRET is at its default, so only this host may send: "
        + "set NOTIFICATION_SECRET (or NOTIFY_INSECURE=1 to let everyone in)";

    /// <summary>The error for an address that has sent too many wrong secrets.</summary>
    public const string BlockedSentence = "this address has shown too many wrong secrets; try again in a minute";

    /// <summary>The retry delay for such an address, in seconds.</summary>
    public const string RetryAfter = "60";

    private readonly SecretCheck _secret = new([access.Secret, access.PreviousSecret]);

    /// <summary>
    /// Checks a request: 200; 401 without the right secret; 403 when the secret is the default one and the request is not from this host;
    /// 429 when its address has sent too many wrong secrets, even if this one is right.
    /// </summary>
    public int Check(HttpContext context)
    {
        if (access.IsSecretDefault && !access.IsInsecure && !LoopbackRequest.IsFrom(context))
        {
            return StatusCodes.Status403Forbidden;
        }

        var address = addresses.Find(context);
        if (addresses.IsSecretBlocked(address))
        {
            return StatusCodes.Status429TooManyRequests;
        }

        if (_secret.Allows(context.Request.Headers))
        {
            return StatusCodes.Status200OK;
        }

        addresses.RefusedSecret(address);
        return StatusCodes.Status401Unauthorized;
    }
}
