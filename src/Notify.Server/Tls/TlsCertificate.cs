using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Notify.Server.Tls;

/// <summary>
/// Holds a certificate for HTTPS: the server's own with its key, and the intermediate certificates that clients need to trust it.
/// </summary>
internal sealed class TlsCertificate
{
    private static readonly TimeSpan ExpiresSoon = TimeSpan.FromDays(14);

    private readonly X509Certificate2 _certificate;

    public TlsCertificate(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        _certificate = certificate;

        // Offline, because neither a handshake nor the start of a server without internet access may wait for a download from the
        // authority.
        Context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>
    /// Gets the context for handshakes. It is never disposed, because handshakes under way may still use it after a reload.
    /// </summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Gets the subject.</summary>
    public string Subject => _certificate.Subject;

    /// <summary>Gets the end of the validity.</summary>
    public DateTimeOffset Expires => new(_certificate.NotAfter.ToUniversalTime());

    private DateTimeOffset Begins => new(_certificate.NotBefore.ToUniversalTime());

    /// <summary>Returns whether clients accept the certificate's dates.</summary>
    public bool IsCurrent(DateTimeOffset now) => now >= Begins && now < Expires;

    /// <summary>Returns a warning about the certificate's dates; null when they are fine.</summary>
    public string? Warning(DateTimeOffset now)
    {
        if (now >= Expires)
        {
            return $"The certificate of {Subject} expired on {Day(Expires)}: it is served, but clients will refuse it; "
                + "renew it, and it is taken without a restart";
        }

        if (!IsCurrent(now))
        {
            return $"The certificate of {Subject} is valid from {Day(Begins)} only: it is served, but clients will refuse it until then";
        }

        return Expires - now < ExpiresSoon
            ? $"The certificate of {Subject} expires on {Day(Expires)}; renew it, and it is taken without a restart"
            : null;
    }

    private static string Day(DateTimeOffset day) => day.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
