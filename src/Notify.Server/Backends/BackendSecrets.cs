using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Notify.Server.Options;

namespace Notify.Server.Backends;

/// <summary>
/// Finds the backend that a secret belongs to, by the SHA-256 of the secret. The time of a look-up reveals nothing about the other secrets,
/// because nobody can choose the hash of what is shown.
/// </summary>
internal sealed class BackendSecrets
{
    private readonly FrozenDictionary<string, string> _fingerprints;
    private readonly FrozenDictionary<string, Backend>.AlternateLookup<ReadOnlySpan<char>> _backends;

    /// <summary>Creates the table.</summary>
    /// <param name="hashes">The backends by hash: 64 hexadecimal digits in lower case.</param>
    public BackendSecrets(IEnumerable<KeyValuePair<string, Backend>> hashes)
    {
        var backends = hashes.ToFrozenDictionary(StringComparer.Ordinal);
        _fingerprints = backends
            .GroupBy(static pair => pair.Value.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(
                static group => group.Key,
                static group => string.Join(
                    ';',
                    group.Select(static pair => string.Create(
                            CultureInfo.InvariantCulture,
                            $"{pair.Key} {(int)pair.Value.Scopes} {pair.Value.Channels} {pair.Value.Rate.PerSecond}"))
                        .Order(StringComparer.Ordinal)),
                StringComparer.Ordinal);
        Names = [.. backends.Values.Select(static backend => backend.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _backends = backends.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Gets the names of the backends.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Returns the names that another table does not have.</summary>
    public IEnumerable<string> Without(BackendSecrets other) => Names.Except(other.Names, StringComparer.Ordinal);

    /// <summary>Returns the names that both tables have, with other secrets, scopes, channels or rates.</summary>
    public IEnumerable<string> ChangedFrom(BackendSecrets other) => Names.Where(name =>
        other._fingerprints.TryGetValue(name, out var former) && former != _fingerprints[name]);

    /// <summary>Returns the hash of a secret, as it stands in the file.</summary>
    public static string HashOf(ReadOnlySpan<byte> secret) => Convert.ToHexStringLower(SHA256.HashData(secret));

    /// <summary>
    /// Returns the hashes of <c>NOTIFICATION_SECRET</c> and its previous value. With a file of secrets, the well-known default value opens
    /// nothing.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, Backend>> OfSettings(AccessOptions access, SendRate rate)
    {
        var backend = new Backend(Backend.DefaultName, BackendScopes.OfDefaultSecret, ChannelScope.All, rate);
        return ((string[])[access.Secret, access.PreviousSecret])
            .Where(secret => secret.Length > 0 && (access.SecretsPath is null || !AccessOptions.IsWellKnown(secret)))
            .SelectMany(HashesOf)
            .Distinct(StringComparer.Ordinal)
            .Select(hash => KeyValuePair.Create(hash, backend));
    }

    /// <summary>
    /// Returns the hashes of a secret that is given as text. The original server compares what it receives as Latin-1, but backends other
    /// than Node send UTF-8. A secret with other characters has no Latin-1 form, because the encoding would replace them by question
    /// marks.
    /// </summary>
    public static IEnumerable<string> HashesOf(string secret)
    {
        yield return HashOf(Encoding.UTF8.GetBytes(secret));
        if (HeaderText.IsLatin1(secret))
        {
            yield return HashOf(HeaderText.BytesOf(secret));
        }
    }

    /// <summary>Returns the backend that a secret belongs to; null for a wrong secret.</summary>
    public Backend? Find(ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, hash);
        Span<char> digits = stackalloc char[2 * SHA256.HashSizeInBytes];
        Convert.TryToHexStringLower(hash, digits, out _);
        return _backends.TryGetValue(digits, out var backend) ? backend : null;
    }

    /// <summary>Returns only the type's name, because the hashes must not be logged.</summary>
    public override string ToString() => nameof(BackendSecrets);
}
