namespace Notify.Server.Options;

/// <summary>The limits of a socket.</summary>
public sealed record ConnectionOptions
{
    /// <summary><c>NOTIFY_MAX_QUEUE</c>: how many bytes may wait for a socket, 1 kB to 1 GB; past it the client is closed as too slow.</summary>
    public int MaxQueue { get; init; } = 1024 * 1024;
}
