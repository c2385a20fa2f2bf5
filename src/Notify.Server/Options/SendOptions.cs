namespace Notify.Server.Options;

/// <summary>The limits of a send.</summary>
public sealed record SendOptions
{
    /// <summary><c>NOTIFY_MAX_BODY</c>: the longest body in bytes, decompressed, 1 to 1 MB; a longer one is answered 413.</summary>
    public int MaxBody { get; init; } = 100 * 1024;

    /// <summary><c>NOTIFY_SEND_TIMEOUT</c>: how long a send may wait for its channels, 100 ms to 1 minute; past it 503.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
