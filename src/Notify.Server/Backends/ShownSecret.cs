using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Primitives;

namespace Notify.Server.Backends;

/// <summary>
/// Reads the secret of a request: from the original server's header, or from one of the alternatives, because proxies drop headers with
/// underscores. The first header that is present decides.
/// </summary>
internal static class ShownSecret
{
    private const string Bearer = "Bearer ";

    private static readonly string[] Headers = ["notification_secret", "notification-secret", "x-notification-secret"];

    /// <summary>Reads the secret. A repeated header is none, as in the original server.</summary>
    public static bool TryRead(IHeaderDictionary headers, [NotNullWhen(true)] out byte[]? secret)
    {
        foreach (var name in Headers)
        {
            if (headers.TryGetValue(name, out var values))
            {
                return TryRead(values, out secret);
            }
        }

        secret = null;
        var authorization = headers.Authorization;
        return authorization.Count == 1
            && authorization[0] is { } value && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && TryRead(value[Bearer.Length..].Trim(), out secret);
    }

    /// <summary>Returns whether a request has none of the headers: a proxy may have dropped one.</summary>
    public static bool IsMissing(IHeaderDictionary headers) =>
        headers.Authorization.Count == 0 && !Array.Exists(Headers, headers.ContainsKey);

    private static bool TryRead(StringValues values, [NotNullWhen(true)] out byte[]? secret)
    {
        secret = values.Count == 1 ? HeaderText.BytesOf(values[0] ?? "") : null;
        return secret is not null;
    }
}
