using Notify.Server.Limits;
using Notify.Server.Options;

namespace Notify.Server.Send;

/// <summary>Decides who may send and ask as a backend.</summary>
/// <param name="access">The secret.</param>
/// <param name="addresses">Counts the wrong secrets of each address.</param>
internal sealed class SenderAccess(AccessOptions access, AddressLimits addresses)
{
    /// <summary>What a backend is told that may not, because the secret is at its default.</summary>
    public const string ProtectedSentence =
        "NOTIFICATION_SECRET is at its default, so only this host may send: set NOTIFICATION_SECRET (or NOTIFY_INSECURE=1 to let everyone in)";

    /// <summary>What an address is told that has shown too many wrong secrets.</summary>
    public const string BlockedSentence = "this address has shown too many wrong secrets; try again in a minute";

    /// <summary>When such an address may try again, in seconds.</summary>
    public const string RetryAfter = "60";

    private readonly SecretCheck _secret = new([access.Secret, access.PreviousSecret]);

    /// <summary>
    /// Judges a request: 200; 401 when it does not carry the secret; 403 when the secret is at its default and the request is not from this
    /// host; 429 when its address has shown too many wrong ones, whatever it shows now.
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
