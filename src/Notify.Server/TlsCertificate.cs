using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Notify.Server.Options;

namespace Notify.Server;

/// <summary>The certificate that the port speaks HTTPS with, and the intermediate ones that clients need to trust it.</summary>
/// <param name="Certificate">The server's own, with its key.</param>
/// <param name="Chain">What else the file holds.</param>
internal sealed record TlsCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain)
{
    /// <summary>Reads the two PEM files; null when none are set.</summary>
    /// <exception cref="OptionsException">They are no certificate and key, or do not belong together.</exception>
    public static TlsCertificate? Load(ListenOptions listen)
    {
        if (!listen.IsTls)
        {
            return null;
        }

        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(listen.CertificatePath!);
            return new TlsCertificate(X509Certificate2.CreateFromPemFile(listen.CertificatePath!, listen.KeyPath), chain);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsException(
                $"SSL_CERT={listen.CertificatePath} and SSL_KEY={listen.KeyPath} must be the PEM files of a certificate and of its key, not encrypted: {exception.Message}",
                exception);
        }
    }
}
