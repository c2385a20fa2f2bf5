using Notify.Broker.Metrics;
using Notify.Server.Limits;
using Notify.Server.Options;
using Notify.Server.Send;

namespace Notify.Server.Backends;

/// <summary>Decides which requests come from a backend, and how often a backend may publish.</summary>
/// <param name="access">The settings.</param>
/// <param name="secrets">The secrets in use.</param>
/// <param name="addresses">Counts the wrong secrets of each address.</param>
/// <param name="metrics">Counts refused publishes.</param>
/// <param name="log">Logs refusals.</param>
internal sealed class BackendAccess(
    AccessOptions access, CurrentSecrets secrets, AddressLimits addresses, BrokerMetrics metrics, BackendLog log)
{
    /// <summary>The error for a backend that may not publish because the secret is the default one.</summary>
    public const string ProtectedSentence =
        "NOTIFICATION_SECRET is at its default, so only this host may send: "
        + "set NOTIFICATION_SECRET (or NOTIFY_INSECURE=1 to let everyone in)";

    /// <summary>The error for an address that has sent too many wrong secrets.</summary>
    public const string BlockedSentence = "this address has shown too many wrong secrets; try again in a minute";

    /// <summary>The error for a backend that publishes too often.</summary>
    public const string RateSentence = "this secret sends more often than its rate allows; send again in a moment";

    /// <summary>The retry delay for an address with too many wrong secrets, in seconds.</summary>
    public const string RetryAfter = "60";

    /// <summary>The retry delay for a backend that publishes too often, in seconds. The rate allows at least one request in it.</summary>
    public const string RetryAfterRate = "1";

    /// <summary>
    /// Checks the secret of a request: 200 with the backend; 401 without a right secret; 403 when the secret is the default one and the
    /// request is not from this host; 429 when its address has sent too many wrong secrets, even if this one is right.
    /// </summary>
    public BackendResult Check(HttpContext context)
    {
        if (access.AcceptsDefaultSecret && !access.IsInsecure && !LoopbackRequest.IsFrom(context))
        {
            return new(StatusCodes.Status403Forbidden, null);
        }

        var address = addresses.Find(context);
        if (addresses.IsSecretBlocked(address))
        {
            return new(StatusCodes.Status429TooManyRequests, null);
        }

        if (ShownSecret.TryRead(context.Request.Headers, out var shown) && secrets.Value.Find(shown) is { } backend)
        {
            return new(StatusCodes.Status200OK, backend);
        }

        addresses.RefusedSecret(address);
        if (!ShownSecret.IsMissing(context.Request.Headers))
        {
            log.Refused(context, BackendLog.Unknown, "wrong secret");
        }

        return new(StatusCodes.Status401Unauthorized, null);
    }

    /// <summary>Counts a request that <see cref="Check"/> refused.</summary>
    public void CountRefused(HttpContext context, int status) => metrics.Backends.Refused(
        status switch
        {
            StatusCodes.Status403Forbidden => "protected",
            StatusCodes.Status429TooManyRequests => "rate",
            _ => ShownSecret.IsMissing(context.Request.Headers) ? "no_secret" : "bad_secret",
        });

    /// <summary>Returns whether a backend has the scope to publish, and logs it when not.</summary>
    public bool MaySend(HttpContext context, Backend backend)
    {
        if (backend.Scopes.HasFlag(BackendScope.Send))
        {
            return true;
        }

        RefuseScope(context, backend, "send");
        return false;
    }

    /// <summary>Counts and logs a request whose secret lacks a scope.</summary>
    public void RefuseScope(HttpContext context, Backend backend, string scope)
    {
        metrics.Backends.Refused("scope");
        log.Refused(context, backend.Name, $"its secret has no scope {scope}");
    }

    /// <summary>Counts a publish of a backend. Returns false when the backend exceeds its rate.</summary>
    public bool TryBeginSend(HttpContext context, Backend backend)
    {
        if (backend.Rate.TryTake())
        {
            return true;
        }

        metrics.Limits.Refused("send_rate");
        metrics.Backends.Refused("rate");
        log.Refused(context, backend.Name, "sends faster than its rate");
        return false;
    }

    /// <summary>Returns the first channel that a backend may not use, and logs it; null when it may use all of them.</summary>
    public string? FindForbidden(HttpContext context, Backend backend, IReadOnlyList<string> channels)
    {
        // Without an enumerator, as every publish comes through here.
        for (var i = 0; i < channels.Count; i++)
        {
            if (!backend.Channels.Contains(channels[i]))
            {
                metrics.Backends.Refused("channel");
                log.Refused(context, backend.Name, "channel not allowed", channels[i]);
                return channels[i];
            }
        }

        return null;
    }
}
