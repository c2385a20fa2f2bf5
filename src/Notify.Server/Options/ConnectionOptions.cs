using Notify.Server.Limits;

namespace Notify.Server.Options;

/// <summary>Configures connections of all transports: their number, the resources of each, and their origins.</summary>
public sealed record ConnectionOptions
{
    /// <summary>
    /// Gets <c>NOTIFY_MAX_QUEUE</c>: the limit of a connection's send queue in bytes, 1 kB to 1 GB. Above it the client is disconnected as
    /// too slow.
    /// </summary>
    public int MaxQueue { get; init; } = 1024 * 1024;

    /// <summary>
    /// Gets <c>NOTIFY_MAX_CONNECTIONS</c>: the maximum number of connections on this node. Further clients are asked to reconnect later.
    /// </summary>
    public int MaxConnections { get; init; } = 100_000;

    /// <summary>
    /// Gets <c>NOTIFY_MAX_HANDSHAKES</c>: the maximum number of connections that are being opened. Further clients are asked to reconnect
    /// later.
    /// </summary>
    public int MaxHandshakes { get; init; } = 10_000;

    /// <summary>Gets <c>NOTIFY_JOIN_RATE</c>: the rate of joins and leaves of one connection. Above it the client is throttled.</summary>
    public TokenRate JoinRate { get; init; } = new(1000);

    /// <summary>Gets <c>NOTIFY_MESSAGE_RATE</c>: the rate of messages of one connection. Above it the client is throttled.</summary>
    public TokenRate MessageRate { get; init; } = new(1000);

    /// <summary>
    /// Gets <c>NOTIFY_MARK_RATE</c>: the number of requests to <c>/inbox</c> of one user in a second, and of marks of one connection, 1 to
    /// 100000.
    /// </summary>
    public int MarkRate { get; init; } = 50;

    /// <summary>Gets <c>NOTIFY_ALLOWED_ORIGINS</c>: the policy for browser origins.</summary>
    public OriginPolicy Origins { get; init; } = OriginPolicy.Any;

    /// <summary>
    /// Gets <c>NOTIFY_DRAIN</c>: the time over which clients are disconnected in turn after SIGTERM, and in which they reconnect, 0 to 7
    /// seconds, because container runtimes kill the process after 10.
    /// </summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(5);
}
