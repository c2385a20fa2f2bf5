namespace Notify.Server.Tls;

/// <summary>Holds the result of reading the two files: a certificate or errors.</summary>
/// <param name="Certificate">The certificate; null when there are errors.</param>
/// <param name="Errors">One line each: the setting and its file, the problem, a fix.</param>
internal sealed record TlsReading(TlsCertificate? Certificate, IReadOnlyList<string> Errors);
