using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Notify.Server;

/// <summary>Checks the key with which clients connect. Compares in constant time.</summary>
/// <param name="key">The key.</param>
internal sealed class KeyCheck(string key)
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

    /// <summary>
    /// Returns whether a query contains the key in a single parameter <c>key</c>. It parses the text itself, because the framework's
    /// collection would live as long as the request, and a WebSocket's request lives as long as its connection.
    /// </summary>
    public bool Allows(QueryString query)
    {
        var (count, isKey) = (0, false);
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            if (pair.DecodeName().Span.Equals("key", StringComparison.OrdinalIgnoreCase))
            {
                count++;
                isKey = Allows(pair.DecodeValue().ToString());
            }
        }

        return count == 1 && isKey;
    }

    /// <summary>Returns whether a text is the key.</summary>
    public bool Allows(string? given) => given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _key);
}
