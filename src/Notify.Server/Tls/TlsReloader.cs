using System.Runtime.InteropServices;

namespace Notify.Server.Tls;

/// <summary>
/// Holds the current certificate and reloads it. The files are read every two seconds, because this detects every kind of replacement (by
/// rename, in place, by a link to another folder) while file watching misses some, and immediately on SIGHUP. Open connections keep their
/// certificate.
/// </summary>
internal sealed partial class TlsReloader : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly string _certificatePath;
    private readonly string _keyPath;
    private readonly TimeProvider _time;
    private readonly ILogger<TlsReloader> _logger;
    private TlsCertificate _current;
    private string _served;
    private string _seen;
    private string? _reported;

    /// <summary>Sets the first certificate.</summary>
    /// <param name="texts">The content of the files.</param>
    /// <param name="certificate">The certificate from the files.</param>
    /// <param name="time">The clock for the certificates' validity.</param>
    /// <param name="logger">The log for new certificates and invalid files.</param>
    public TlsReloader(TlsTexts texts, TlsCertificate certificate, TimeProvider time, ILogger<TlsReloader> logger)
    {
        (_certificatePath, _keyPath) = (texts.CertificatePath, texts.KeyPath);
        _time = time;
        _logger = logger;
        _current = certificate;
        _served = _seen = texts.Fingerprint;
    }

    /// <summary>Gets the certificate for the next handshake.</summary>
    public TlsCertificate Current => Volatile.Read(ref _current);

    /// <summary>Reads the files, and uses their certificate when it is new and valid.</summary>
    /// <param name="isAsked">Whether an operator requested it. Errors are then reported at once. Otherwise an error must be found twice,
    /// because a check may fall between the replacement of the first and the second file.</param>
    public void Check(bool isAsked)
    {
        lock (_lock)
        {
            var texts = TlsFiles.Open(_certificatePath, _keyPath);
            var found = texts.Fingerprint;
            if (found == _served)
            {
                TellUnchanged(isAsked);
            }
            else if (Adopt(texts, _time.GetUtcNow()) is not { } reason)
            {
                (_served, _reported) = (found, null);
            }
            else if (found != _reported && (isAsked || found == _seen))
            {
                _reported = found;
                LogRefused(reason, _current.Subject, Interval.TotalSeconds);
            }

            _seen = found;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogServing(_current.Subject, _current.Expires);
        using var asked = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            // By default the signal would end the process.
            context.Cancel = true;
            Check(isAsked: true);
        });
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Check(isAsked: false);
            }
        }
        catch (OperationCanceledException)
        {
            // The service was stopped.
        }
    }

    private void TellUnchanged(bool isAsked)
    {
        if (isAsked || _reported is not null)
        {
            LogUnchanged(_current.Subject, _current.Expires);
        }

        _reported = null;
    }

    // Returns null when the certificate is now in use, and the reason otherwise.
    private string? Adopt(TlsTexts texts, DateTimeOffset now)
    {
        var reading = TlsFiles.Parse(texts);
        if (reading.Certificate is not { } next)
        {
            return string.Join("; ", reading.Errors);
        }

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
