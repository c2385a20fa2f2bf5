using System.Runtime.InteropServices;

namespace Notify.Server.Backends;

/// <summary>
/// Reads the file of secrets again each second, which detects every kind of replacement, and immediately on SIGHUP. A file that cannot be
/// used changes nothing.
/// </summary>
internal sealed partial class SecretsReloader : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly SecretsFile _file;
    private readonly CurrentSecrets _current;
    private readonly TimeProvider _time;
    private readonly ILogger<SecretsReloader> _logger;
    private string _used;
    private string _seen;
    private string? _reported;

    /// <summary>Sets the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="text">Its content that is in use.</param>
    /// <param name="current">Receives new secrets.</param>
    /// <param name="time">The clock of the interval.</param>
    /// <param name="logger">The log for new secrets and wrong files.</param>
    public SecretsReloader(
        SecretsFile file, SecretsText text, CurrentSecrets current, TimeProvider time, ILogger<SecretsReloader> logger)
    {
        _file = file;
        _current = current;
        _time = time;
        _logger = logger;
        _used = _seen = text.Fingerprint;
    }

    /// <summary>Reads the file, and uses its secrets when it has changed and is valid.</summary>
    /// <param name="isAsked">Whether an operator requested it. Errors are then reported at once. Otherwise the same error must be found
    /// twice, because a program may be writing the file.</param>
    public void Check(bool isAsked)
    {
        lock (_lock)
        {
            var text = _file.Open();
            var found = text.Fingerprint;
            if (found == _used)
            {
                if (isAsked || _reported is not null)
                {
                    LogUnchanged(_file.Path);
                }

                _reported = null;
            }
            else if (found != _reported && _file.Parse(text) is var reading)
            {
                if (reading.Secrets is { } secrets)
                {
                    _current.Value = secrets;
                    (_used, _reported) = (found, null);
                    LogTaken(_file.Path, string.Join(", ", secrets.Names));
                }
                else if (isAsked || found == _seen)
                {
                    _reported = found;
                    LogRefused(string.Join("; ", reading.Errors));
                }
            }

            _seen = found;
        }
    }

    /// <inheritdoc />
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

    [LoggerMessage(1, LogLevel.Information, "New secrets from {Path}: {Names}.", EventName = "SecretsTaken")]
    private partial void LogTaken(string path, string names);

    [LoggerMessage(
        2,
        LogLevel.Error,
        "The new secrets are not taken: {Reason}. The former ones stay in use; the file is read again every second.",
        EventName = "SecretsRefused")]
    private partial void LogRefused(string reason);

    [LoggerMessage(3, LogLevel.Information, "{Path} holds the secrets that are in use.", EventName = "SecretsUnchanged")]
    private partial void LogUnchanged(string path);
}
