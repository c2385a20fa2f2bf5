namespace Notify.Server.Tls;

/// <summary>Holds the current certificate, and reloads it every two seconds. Open connections keep their certificate.</summary>
/// <param name="texts">The content of the files.</param>
/// <param name="certificate">The certificate from the files.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log for new certificates and invalid files.</param>
internal sealed partial class TlsReloader(
    TlsTexts texts, TlsCertificate certificate, TimeProvider time, ILogger<TlsReloader> logger)
    : FileReloader<TlsTexts>(texts, TimeSpan.FromSeconds(2), time)
{
    private readonly string _certificatePath = texts.CertificatePath;
    private readonly string _keyPath = texts.KeyPath;
    private readonly TimeProvider _time = time;
    private readonly ILogger<TlsReloader> _logger = logger;
    private TlsCertificate _current = certificate;

    /// <summary>Gets the certificate for the next handshake.</summary>
    public TlsCertificate Current => Volatile.Read(ref _current);

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogServing(_current.Subject, _current.Expires);
        return base.ExecuteAsync(stoppingToken);
    }

    /// <inheritdoc />
    protected override TlsTexts Read() => TlsFiles.Open(_certificatePath, _keyPath);

    /// <inheritdoc />
    protected override string? TryUse(TlsTexts content)
    {
        var reading = TlsFiles.Parse(content);
        if (reading.Certificate is not { } next)
        {
            return string.Join("; ", reading.Errors);
        }

        var now = _time.GetUtcNow();
        var warning = next.Warning(now);
        if (!next.IsCurrent(now) && _current.IsCurrent(now))
        {
            return $"SSL_CERT={_certificatePath}: the new certificate is not valid today, and the one in use is ({warning})";
        }

        Volatile.Write(ref _current, next);
        LogTaken(next.Subject, next.Expires);
        if (warning is not null)
        {
            LogDates(warning);
        }

        return null;
    }

    /// <inheritdoc />
    protected override void ReportUnchanged() => LogUnchanged(_current.Subject, _current.Expires);

    /// <inheritdoc />
    protected override void ReportRefused(string error, double seconds) => LogRefused(error, _current.Subject, seconds);

    [LoggerMessage(1, LogLevel.Information, "HTTPS with the certificate of {Subject}, valid until {Expires:u}.", EventName = "TlsServing")]
    private partial void LogServing(string subject, DateTimeOffset expires);

    [LoggerMessage(
        2,
        LogLevel.Information,
        "New certificate of {Subject}, valid until {Expires:u}; open connections go on with the former one.",
        EventName = "TlsTaken")]
    private partial void LogTaken(string subject, DateTimeOffset expires);

    [LoggerMessage(
        3,
        LogLevel.Error,
        "The new certificate is not taken: {Reason}. The one of {Subject} stays in use; the files are tried again every {Seconds} s.",
        EventName = "TlsRefused")]
    private partial void LogRefused(string reason, string subject, double seconds);

    [LoggerMessage(
        4,
        LogLevel.Information,
        "The files hold the certificate that is in use, of {Subject}, valid until {Expires:u}.",
        EventName = "TlsUnchanged")]
    private partial void LogUnchanged(string subject, DateTimeOffset expires);

    [LoggerMessage(5, LogLevel.Warning, "{Warning}.", EventName = "TlsDates")]
    private partial void LogDates(string warning);
}
