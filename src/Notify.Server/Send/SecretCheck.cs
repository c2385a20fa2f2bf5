using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Notify.Server.Send;

/// <summary>
/// Checks the secret of a request: in the original server's header, or in one of the alternatives, because proxies drop headers with
/// underscores. The first header that is present decides.
/// </summary>
/// <param name="secrets">The secrets. Empty ones are ignored.</param>
internal sealed class SecretCheck(IEnumerable<string> secrets)
{
    private const string Bearer = "Bearer ";

    private static readonly string[] Headers = ["notification_secret", "notification-secret", "x-notification-secret"];

    // The original server compares the received value with the secret as Latin-1, but backends other than Node send UTF-8. A secret with
    // other characters has no Latin-1 form, because the encoding would replace them by question marks.
    private readonly byte[][] _secrets = [.. secrets.Where(static secret => secret.Length > 0)
        .SelectMany(static secret => (byte[][])
        [
            Encoding.UTF8.GetBytes(secret), .. HeaderText.IsLatin1(secret) ? [HeaderText.BytesOf(secret)] : (byte[][])[],
        ])
        .DistinctBy(Convert.ToHexString)];

    /// <summary>
    /// Returns whether the request may publish. Compares in constant time. A repeated header fails, as in the original server.
    /// </summary>
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
