using System.Runtime.InteropServices;

namespace Notify.Server;

/// <summary>
/// Reads files again at an interval, because this detects every kind of replacement (by rename, in place, by a link to another folder)
/// while file watching misses some, and immediately on SIGHUP. Content that cannot be used changes nothing.
/// </summary>
/// <typeparam name="TContent">The content of the files.</typeparam>
/// <param name="first">The content that is in use.</param>
/// <param name="interval">The time between two reads.</param>
/// <param name="time">The clock of the interval.</param>
internal abstract class FileReloader<TContent>(TContent first, TimeSpan interval, TimeProvider time) : BackgroundService
    where TContent : IFileContent
{
    private readonly Lock _lock = new();
    private string _used = first.Fingerprint;
    private string _seen = first.Fingerprint;
    private string? _reported;
    private PosixSignalRegistration? _asked;

    /// <summary>Reads the files, and uses their content when it has changed and is valid.</summary>
    /// <param name="isAsked">Whether an operator requested it. Errors are then reported at once. Otherwise the same error must be found
    /// twice, because a program may be writing the files.</param>
    public void Check(bool isAsked)
    {
        lock (_lock)
        {
            var content = Read();
            var found = content.Fingerprint;
            if (found == _used)
            {
                if (isAsked || _reported is not null)
                {
                    ReportUnchanged();
                }

                _reported = null;
            }
            else if (TryUse(content) is not { } error)
            {
                (_used, _reported) = (found, null);
            }
            else if (found != _reported && (isAsked || found == _seen))
            {
                _reported = found;
                ReportRefused(error, interval.TotalSeconds);
            }

            _seen = found;
        }
    }

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // By default the signal would end the process. ExecuteAsync runs in the background, perhaps later than an operator sends it.
        _asked = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            Check(isAsked: true);
        });
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _asked?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
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

    /// <summary>Reads the files. Must not throw when they cannot be read.</summary>
    protected abstract TContent Read();

    /// <summary>Uses new content, and reports that. Returns why it cannot be used; null when it is now in use.</summary>
    protected abstract string? TryUse(TContent content);

    /// <summary>Reports that the files contain what is in use.</summary>
    protected abstract void ReportUnchanged();

    /// <summary>Reports that the new content is not used.</summary>
    /// <param name="error">The reason.</param>
    /// <param name="seconds">The time until the files are read again.</param>
    protected abstract void ReportRefused(string error, double seconds);
}
