using System.Security.Cryptography;
using System.Text;

namespace Notify.Server.Tls;

/// <summary>Holds the content of the two files at one moment, which may be incomplete.</summary>
/// <param name="CertificatePath">The path of <c>SSL_CERT</c>.</param>
/// <param name="Certificate">The file's text; null when it cannot be read.</param>
/// <param name="KeyPath">The path of <c>SSL_KEY</c>.</param>
/// <param name="Key">The file's text; null when it cannot be read.</param>
/// <param name="Errors">The reasons why files cannot be read.</param>
internal sealed record TlsTexts(string CertificatePath, string? Certificate, string KeyPath, string? Key, IReadOnlyList<string> Errors)
    : IFileContent
{
    /// <summary>
    /// Gets a hash that depends only on the files' content, and not on their names, links and times. It reveals nothing about the key.
    /// </summary>
    public string Fingerprint =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', [Certificate, Key, .. Errors]))));

    /// <summary>Returns only the type's name, because the members may be logged.</summary>
    public override string ToString() => nameof(TlsTexts);
}
