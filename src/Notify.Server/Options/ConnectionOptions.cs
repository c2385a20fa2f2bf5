namespace Notify.Server.Options;

/// <summary>Configures the limits of connections: their number, and the resources of each.</summary>
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

    /// <summary>
    /// Gets <c>NOTIFY_MAX_JOINS</c>: the maximum number of channels that one connection may have joined. Further joins are answered with
    /// <c>limit</c>.
    /// </summary>
    public int MaxJoins { get; init; } = 10_000;

    /// <summary>
    /// Gets <c>NOTIFY_JOIN_RATE</c>: the number of joins and leaves of one connection each second. Above it, and a burst of ten seconds'
    /// worth, the client is throttled.
    /// </summary>
    public int JoinRate { get; init; } = 1000;

    /// <summary>
    /// Gets <c>NOTIFY_MESSAGE_RATE</c>: the number of messages of one connection each second. Above it, and a burst of ten seconds' worth,
    /// the client is throttled.
    /// </summary>
    public int MessageRate { get; init; } = 1000;
}
