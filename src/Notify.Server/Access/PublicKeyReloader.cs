using System.Runtime.InteropServices;

namespace Notify.Server.Access;

/// <summary>
/// Holds the keys of <c>NOTIFY_TOKEN_PUBLIC_KEY</c>, and reads the file again every two seconds, as the certificate of HTTPS, and
/// immediately on SIGHUP. A file that cannot be used changes nothing.
/// </summary>
internal sealed partial class PublicKeyReloader : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger<PublicKeyReloader> _logger;
    private IReadOnlyList<VerificationKey> _current;
    private string _used;
    private string _seen;
    private string? _reported;

    /// <summary>Sets the first keys.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="first">What the file contains at the start.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log for new keys and invalid files.</param>
    public PublicKeyReloader(string path, PublicKeyReading first, TimeProvider time, ILogger<PublicKeyReloader> logger)
    {
        _path = path;
        _time = time;
        _logger = logger;
        _current = first.Keys;
        _used = _seen = first.Fingerprint;
    }

    /// <summary>Gets the keys.</summary>
    public IReadOnlyList<VerificationKey> Current => Volatile.Read(ref _current);

    /// <summary>Reads the file, and uses its keys when they are new and valid.</summary>
    /// <param name="isAsked">Whether an operator requested it. Errors are then reported at once. Otherwise an error must be found twice,
    /// because a check may fall into the writing of the file.</param>
    public void Check(bool isAsked)
    {
        lock (_lock)
        {
            var found = PublicKeyFile.Read(_path);
            if (found.Fingerprint == _used)
            {
                if (_reported is not null)
                {
                    LogKeys(_path, _current.Count);
                }

                _reported = null;
            }
            else if (found.Error is null)
            {
                Volatile.Write(ref _current, found.Keys);
                (_used, _reported) = (found.Fingerprint, null);
                LogKeys(_path, found.Keys.Count);
            }
            else if (found.Fingerprint != _reported && (isAsked || found.Fingerprint == _seen))
            {
                _reported = found.Fingerprint;
                LogRefused(found.Error, Interval.TotalSeconds);
            }

            _seen = found.Fingerprint;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
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

    [LoggerMessage(
        1,
        LogLevel.Information,
        "Tokens are verified with the {Count} public keys of NOTIFY_TOKEN_PUBLIC_KEY={Path}.",
        EventName = "PublicKeysTaken")]
    private partial void LogKeys(string path, int count);

    [LoggerMessage(
        2,
        LogLevel.Error,
        "The new public keys are not taken: {Error}. The former keys stay in use; the file is read again every {Seconds} s.",
        EventName = "PublicKeysRefused")]
    private partial void LogRefused(string error, double seconds);
}
