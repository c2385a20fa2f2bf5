namespace Notify.Server.Access;

/// <summary>Holds the keys of <c>NOTIFY_TOKEN_PUBLIC_KEY</c>, and reads the file again every two seconds.</summary>
/// <param name="path">The path of the file.</param>
/// <param name="first">What the file contains at the start.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log for new keys and invalid files.</param>
internal sealed partial class PublicKeyReloader(
    string path, PublicKeyReading first, TimeProvider time, ILogger<PublicKeyReloader> logger)
    : FileReloader<PublicKeyReading>(first, TimeSpan.FromSeconds(2), time)
{
    private readonly ILogger<PublicKeyReloader> _logger = logger;
    private IReadOnlyList<VerificationKey> _current = first.Keys;

    /// <summary>Gets the keys.</summary>
    public IReadOnlyList<VerificationKey> Current => Volatile.Read(ref _current);

    /// <inheritdoc />
    protected override PublicKeyReading Read() => PublicKeyFile.Read(path);

    /// <inheritdoc />
    protected override string? TryUse(PublicKeyReading content)
    {
        if (content.Error is null)
        {
            Volatile.Write(ref _current, content.Keys);
            LogKeys(path, content.Keys.Count);
        }

        return content.Error;
    }

    /// <inheritdoc />
    protected override void ReportUnchanged() => LogKeys(path, _current.Count);

    /// <inheritdoc />
    protected override void ReportRefused(string error, double seconds) => LogRefused(error, seconds);

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
