using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Notify.Server.Tests.Support;

/// <summary>Holds a certificate and its key as the texts of two PEM files.</summary>
internal sealed record PemPair(string Certificate, string Key, string Thumbprint)
{
    /// <summary>
    /// Creates a self-signed certificate that is valid for the given number of days from now. A negative number creates an expired one.
    /// </summary>
    public static PemPair Create(string name, double days = 90)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        using var certificate = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSelfSigned(
            now.AddDays(Math.Min(days, 0) - 1), now.AddDays(days));
        return new PemPair(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n", certificate.Thumbprint);
    }
}
