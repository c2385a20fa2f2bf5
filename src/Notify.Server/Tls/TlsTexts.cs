using System.Security.Cryptography;
using System.Text;

namespace Notify.Server.Tls;

/// <summary>What the two files held at one moment, be it half written.</summary>
/// <param name="CertificatePath">The path of <c>SSL_CERT</c>.</param>
/// <param name="Certificate">Its text; null when it cannot be read.</param>
/// <param name="KeyPath">The path of <c>SSL_KEY</c>.</param>
/// <param name="Key">Its text; null when it cannot be read.</param>
/// <param name="Errors">Why they cannot be read.</param>
internal sealed record TlsTexts(string CertificatePath, string? Certificate, string KeyPath, string? Key, IReadOnlyList<string> Errors)
{
    /// <summary>The same for the same content, whatever the files' names, links and times are; says nothing of the key.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', [Certificate, Key, .. Errors]))));

    /// <summary>Names the type only, because members end in logs.</summary>
    public override string ToString() => nameof(TlsTexts);
}
