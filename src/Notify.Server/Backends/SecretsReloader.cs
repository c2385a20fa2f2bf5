namespace Notify.Server.Backends;

/// <summary>Reads the file of secrets again each second.</summary>
/// <param name="file">The file.</param>
/// <param name="text">Its content that is in use.</param>
/// <param name="current">Receives new secrets.</param>
/// <param name="time">The clock of the interval.</param>
/// <param name="logger">The log for new secrets and wrong files.</param>
internal sealed partial class SecretsReloader(
    SecretsFile file, SecretsText text, CurrentSecrets current, TimeProvider time, ILogger<SecretsReloader> logger)
    : FileReloader<SecretsText>(text, TimeSpan.FromSeconds(1), time)
{
    private readonly ILogger<SecretsReloader> _logger = logger;

    /// <inheritdoc />
    protected override SecretsText Read() => file.Open();

    /// <inheritdoc />
    protected override string? TryUse(SecretsText content)
    {
        var reading = file.Parse(content);
        if (reading.Secrets is not { } secrets)
        {
            return string.Join("; ", reading.Errors);
        }

        var former = current.Value;
        current.Value = secrets;
        LogTaken(
            file.Path,
            TextOf(secrets.Names),
            TextOf(secrets.Without(former)),
            TextOf(former.Without(secrets)),
            TextOf(secrets.ChangedFrom(former)));
        return null;
    }

    /// <inheritdoc />
    protected override void ReportUnchanged() => LogUnchanged(file.Path);

    /// <inheritdoc />
    protected override void ReportRefused(string error, double seconds) => LogRefused(error);

    private static string TextOf(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));

    [LoggerMessage(
        1,
        LogLevel.Information,
        "New secrets from {Path}: {Names}. New: {Added}; gone: {Removed}; changed: {Changed}.",
        EventName = "SecretsFileTaken")]
    private partial void LogTaken(string path, string names, string added, string removed, string changed);

    [LoggerMessage(
        2,
        LogLevel.Error,
        "The new secrets are not taken: {Reason}. The former ones stay in use; the file is read again every second.",
        EventName = "SecretsFileRefused")]
    private partial void LogRefused(string reason);

    [LoggerMessage(3, LogLevel.Information, "{Path} holds the secrets that are in use.", EventName = "SecretsFileUnchanged")]
    private partial void LogUnchanged(string path);
}
