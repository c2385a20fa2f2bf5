namespace Notify.Server.Options;

/// <summary>Configures the limits of a publish.</summary>
public sealed record SendOptions
{
    /// <summary>
    /// Gets <c>NOTIFY_MAX_BODY</c>: the maximum size of a body in bytes, decompressed, 1 to 1 MB. A longer body is answered with 413.
    /// </summary>
    public int MaxBody { get; init; } = 100 * 1024;

    /// <summary>
    /// Gets <c>NOTIFY_SEND_TIMEOUT</c>: how long a publish may wait for its channels, 100 ms to 1 minute. After that it is answered with
    /// 503.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets <c>NOTIFY_SEND_RATE</c>: the requests that one secret may send each second; 0 for no limit.</summary>
    public int Rate { get; init; }
}
