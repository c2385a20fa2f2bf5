using Microsoft.Extensions.Logging;
using Notify.Broker.Metrics;

namespace Notify.Broker.Messages;

/// <summary>Counts messages of other nodes that this version does not know, and logs them at most once a minute.</summary>
public sealed partial class UnknownMessages : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ClusterMetrics _metrics;
    private readonly ILogger _logger;
    private readonly MinuteLog<string> _log;

    /// <summary>Begins without any.</summary>
    /// <param name="metrics">Counts them.</param>
    /// <param name="logger">The log.</param>
    /// <param name="time">The clock for the minute.</param>
    public UnknownMessages(ClusterMetrics metrics, ILogger logger, TimeProvider time)
    {
        _metrics = metrics;
        _logger = logger;
        _log = new MinuteLog<string>(time, Interval, (count, last) => LogUnknown(last, count));
    }

    /// <summary>Counts a message.</summary>
    public void Add(string manifest)
    {
        _metrics.UnknownMessage();
        _log.Add(manifest);
    }

    /// <inheritdoc />
    public void Dispose() => _log.Dispose();

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Messages of other nodes are ignored, because this version does not know them; the last one is {Manifest}. That is normal while a "
            + "cluster is updated by one version. Otherwise run the same version on all nodes. Ignored: {Count}. Logged at most once a "
            + "minute.",
        EventName = "UnknownMessage")]
    private partial void LogUnknown(string manifest, long count);
}
