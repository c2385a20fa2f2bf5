namespace Notify.Server.Tls;

/// <summary>What reading the two files brought: a certificate, or what is wrong with them.</summary>
/// <param name="Certificate">The certificate; null when anything is wrong.</param>
/// <param name="Errors">One line each: the setting and its file, what is wrong, what to do.</param>
internal sealed record TlsReading(TlsCertificate? Certificate, IReadOnlyList<string> Errors);
