using Microsoft.Extensions.Logging;

namespace Notify.Broker.Sending;

/// <summary>Logs publishes that are answered with 503, at most once a minute for each reason.</summary>
public sealed partial class RefusedSends : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger;
    private readonly Dictionary<SendFailure, MinuteLog<SendFailure>> _reasons;

    /// <summary>Begins with nothing refused.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="time">The clock for the minute.</param>
    public RefusedSends(ILogger logger, TimeProvider time)
    {
        _logger = logger;
        _reasons = Enum.GetValues<SendFailure>().ToDictionary(
            static reason => reason,
            _ => new MinuteLog<SendFailure>(time, Interval, (count, last) => LogRefused(TextOf(last), count)));
    }

    /// <summary>Counts a refused publish.</summary>
    public void Add(SendFailure reason) => _reasons[reason].Add(reason);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var reason in _reasons.Values)
        {
            reason.Dispose();
        }
    }

    private static string TextOf(SendFailure reason) => reason switch
    {
        SendFailure.NoQuorum => "This node does not reach a majority of the cluster; check the other nodes and the network between them.",
        SendFailure.StoreBacklog => "The owner of a channel cannot store more now; the store does not work or is too slow.",
        SendFailure.DeliveryBacklog => "This node has more to deliver than its clients take; add nodes, or publish less to many clients.",
        _ => "A channel did not answer within NOTIFY_SEND_TIMEOUT; its node may be lost or too busy, or the store too slow.",
    };

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Publishes are answered with 503. {Reason} Refused: {Count}. Logged at most once a minute.",
        EventName = "SendsRefused")]
    private partial void LogRefused(string reason, long count);
}
