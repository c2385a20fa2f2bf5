using Notify.Protocol.Tokens;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>
/// Finds the keys that may have signed a token, among the secrets, the public keys and the key set. A token chooses only among keys of the
/// kind of its algorithm, so a public key never serves as a secret (RFC 8725, section 3.1).
/// </summary>
/// <param name="options">The secrets.</param>
/// <param name="publicKeys">The public keys of a file; null when there are none.</param>
/// <param name="keySet">The key set; null when there is none.</param>
internal sealed class KeyRing(TokenOptions options, PublicKeyReloader? publicKeys, KeySet? keySet)
{
    private readonly List<VerificationKey> _secrets = SecretsOf(options);

    /// <summary>Gets the number of keys.</summary>
    public int Count => _secrets.Count + (publicKeys?.Current.Count ?? 0) + (keySet?.Count ?? 0);

    /// <summary>Finds keys without reading.</summary>
    public KeySearch Find(TokenHeader header)
    {
        if (header.Algorithm == VerificationKey.SecretAlgorithm)
        {
            return _secrets.Count > 0 ? KeySearch.Found(_secrets) : KeySearch.None(TokenFailure.BadAlgorithm);
        }

        if (!VerificationKey.IsPublicKeyAlgorithm(header.Algorithm))
        {
            return KeySearch.None(TokenFailure.BadAlgorithm);
        }

        // The keys of a file have no names, so a name in the token says nothing about them.
        var keys = publicKeys?.Current.Where(key => key.Allows(header.Algorithm)).ToList() ?? [];
        if (keySet is null)
        {
            return keys.Count > 0 ? KeySearch.Found(keys) : KeySearch.None(TokenFailure.BadAlgorithm);
        }

        if (keySet.TryFind(header) is not { } found)
        {
            return new KeySearch(keys, keys.Count > 0 ? TokenFailure.None : TokenFailure.NoKeys, MayRead: true);
        }

        return found.Keys.Count > 0 && (header.KeyId is not null || keys.Count == 0)
            ? found
            : keys.Count > 0 ? KeySearch.Found([.. found.Keys, .. keys]) : found;
    }

    /// <summary>Finds keys in the key set, and reads it if it may help.</summary>
    public ValueTask<KeySearch> ReadAsync(TokenHeader header, CancellationToken cancellation) =>
        keySet?.FindAsync(header, cancellation) ?? ValueTask.FromResult(KeySearch.None(TokenFailure.UnknownKey));

    /// <summary>Returns whether a key is still in use.</summary>
    public bool Holds(VerificationKey key) => key.Origin switch
    {
        KeyOrigin.Public => publicKeys?.Current.Contains(key) == true,
        KeyOrigin.KeySet => keySet?.Holds(key) == true,
        _ => _secrets.Contains(key),
    };

    private static List<VerificationKey> SecretsOf(TokenOptions options)
    {
        var secrets = new List<VerificationKey>(2);
        if (options.Secret.Length > 0)
        {
            secrets.Add(VerificationKey.Secret(options.Secret, KeyOrigin.Current));
        }

        if (options.PreviousSecret.Length > 0)
        {
            secrets.Add(VerificationKey.Secret(options.PreviousSecret, KeyOrigin.Previous));
        }

        return secrets;
    }
}
