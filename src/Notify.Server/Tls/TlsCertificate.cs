using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Notify.Server.Tls;

/// <summary>A certificate that the port can speak HTTPS with: the server's own with its key, and the intermediate ones that clients need to trust it.</summary>
internal sealed class TlsCertificate
{
    private static readonly TimeSpan ExpiresSoon = TimeSpan.FromDays(14);

    private readonly X509Certificate2 _certificate;

    public TlsCertificate(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        _certificate = certificate;

        // Offline: a handshake, and the start of a server without a way out, must not wait for a download from the authority.
        Context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    /// <summary>What handshakes use. Never disposed: handshakes under way may still hold it when another has taken its place.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Whom it names.</summary>
    public string Subject => _certificate.Subject;

    /// <summary>Until when it is valid.</summary>
    public DateTimeOffset Expires => new(_certificate.NotAfter.ToUniversalTime());

    private DateTimeOffset Begins => new(_certificate.NotBefore.ToUniversalTime());

    /// <summary>Whether clients accept its dates.</summary>
    public bool IsCurrent(DateTimeOffset now) => now >= Begins && now < Expires;

    /// <summary>What an operator should know of its dates; null when they are fine.</summary>
    public string? Warning(DateTimeOffset now)
    {
        if (now >= Expires)
        {
            return $"The certificate of {Subject} expired on {Day(Expires)}: it is served, but clients will refuse it; renew it, and it is taken without a restart";
        }

        if (!IsCurrent(now))
        {
            return $"The certificate of {Subject} is valid from {Day(Begins)} only: it is served, but clients will refuse it until then";
        }

        return Expires - now < ExpiresSoon ? $"The certificate of {Subject} expires on {Day(Expires)}; renew it, and it is taken without a restart" : null;
    }

    private static string Day(DateTimeOffset day) => day.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
