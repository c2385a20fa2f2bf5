using Notify.Broker;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;

namespace Notify.Server.Sessions;

/// <summary>
/// Counts the end of each connection, and logs those whose clients are too slow: at most once a minute, with their number.
/// </summary>
public sealed partial class EndLog : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConnectionMetrics _metrics;
    private readonly ILogger<EndLog> _logger;
    private readonly MinuteLog<(string Connection, ConnectionProtocol Protocol)> _slow;

    /// <summary>Creates the log.</summary>
    /// <param name="metrics">Counts the ends.</param>
    /// <param name="time">The clock for the minute.</param>
    /// <param name="logger">The log.</param>
    public EndLog(ConnectionMetrics metrics, TimeProvider time, ILogger<EndLog> logger)
    {
        _metrics = metrics;
        _logger = logger;
        _slow = new(time, Interval, (count, last) => LogSlow(count, last.Connection, MetricNames.Of(last.Protocol)));
    }

    /// <summary>Counts a connection that ends.</summary>
    /// <param name="connection">Its id.</param>
    /// <param name="queue">Its send queue.</param>
    /// <param name="reason">Why it ends, of <see cref="ConnectionEnds"/>.</param>
    /// <param name="duration">How long it was open.</param>
    public void Ended(string connection, SendQueue queue, string reason, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(queue);
        _metrics.Ended(queue.Protocol, reason, duration);
        queue.Trace?.Ended(reason);
        if (reason == ConnectionEnds.Slow)
        {
            _slow.Add((connection, queue.Protocol));
        }
    }

    /// <inheritdoc />
    public void Dispose() => _slow.Dispose();

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Clients do not read as fast as they are sent to, and were disconnected because NOTIFY_MAX_QUEUE was full: {Count}. The last one: "
            + "connection {Connection} ({Protocol}). Logged at most once a minute.",
        EventName = "SlowClients")]
    private partial void LogSlow(long count, string connection, string protocol);
}
