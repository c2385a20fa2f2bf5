namespace Notify.Server.Options;

/// <summary>Configures the shutdown of the server.</summary>
public sealed record ShutdownOptions
{
    /// <summary>
    /// Gets <c>NOTIFY_DRAIN</c>: the time over which clients are disconnected in turn after SIGTERM, 0 to 7 seconds, because container
    /// runtimes kill the process after 10.
    /// </summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(5);
}
