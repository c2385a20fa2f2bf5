using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Notify.Server.Send;

/// <summary>
/// Whether a request carries a secret: in the original's header, or, because proxies drop headers with underscores, in one of the
/// others. The first header that is present decides.
/// </summary>
/// <param name="secrets">The secrets; an empty one is none.</param>
internal sealed class SecretCheck(IEnumerable<string> secrets)
{
    private const string Bearer = "Bearer ";

    private static readonly string[] Headers = ["notification_secret", "notification-secret", "x-notification-secret"];

    // The original compares what arrives with the secret as Latin-1; backends that are not Node write UTF-8. A secret with other
    // characters has no form in Latin-1: the encoding would put question marks in their place.
    private readonly byte[][] _secrets = [.. secrets.Where(static secret => secret.Length > 0)
        .SelectMany(static secret => (byte[][])[Encoding.UTF8.GetBytes(secret), .. HeaderText.IsLatin1(secret) ? [HeaderText.BytesOf(secret)] : (byte[][])[]])
        .DistinctBy(Convert.ToHexString)];

    /// <summary>Whether the request may send. Compares in constant time; a header that is repeated fails, as in the original.</summary>
    public bool Allows(IHeaderDictionary headers)
    {
        foreach (var name in Headers)
        {
            if (headers.TryGetValue(name, out var values))
            {
                return Is(values);
            }
        }

        var authorization = headers.Authorization;
        return authorization.Count == 1
            && authorization[0] is { } value && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && Is(value[Bearer.Length..].Trim());
    }

    /// <summary>Whether a request carries none of the headers: a proxy may have dropped one.</summary>
    public static bool IsMissing(IHeaderDictionary headers) =>
        headers.Authorization.Count == 0 && !Array.Exists(Headers, headers.ContainsKey);

    private bool Is(StringValues values)
    {
        if (values.Count != 1)
        {
            return false;
        }

        var shown = HeaderText.BytesOf(values[0] ?? "");
        var isOne = false;
        foreach (var secret in _secrets)
        {
            isOne |= CryptographicOperations.FixedTimeEquals(shown, secret);
        }

        return isOne;
    }
}
