using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Notify.Server.Backends;

/// <summary>Creates secrets for backends.</summary>
internal static class NewSecret
{
    private const int Bytes = 32;

    /// <summary>Returns a new secret and its entry for the file of secrets, with an explanation.</summary>
    public static string Print(string name)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        var hash = BackendSecrets.HashOf(Encoding.ASCII.GetBytes(secret));
        return $$"""
            The secret, for the backend. It is not stored here and cannot be shown again:

              {{secret}}

            Its entry for the list "secrets" in the file of NOTIFY_SECRETS:

              { "name": "{{name}}", "sha256": ["{{hash}}"], "scopes": ["send"], "channels": ["*"] }

            To replace a secret, add the new hash to sha256, change the backend, and remove the old hash.

            """;
    }
}
