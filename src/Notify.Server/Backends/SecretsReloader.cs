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

        current.Value = secrets;
        LogTaken(file.Path, string.Join(", ", secrets.Names));
        return null;
    }

    /// <inheritdoc />
    protected override void ReportUnchanged() => LogUnchanged(file.Path);

    /// <inheritdoc />
    protected override void ReportRefused(string error, double seconds) => LogRefused(error);

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
