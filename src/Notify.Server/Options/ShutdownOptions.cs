namespace Notify.Server.Options;

/// <summary>How the server leaves.</summary>
public sealed record ShutdownOptions
{
    /// <summary><c>NOTIFY_DRAIN</c>: how long sockets are asked to leave after SIGTERM, 0 to 7 seconds, because container runtimes kill after 10.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(5);
}
