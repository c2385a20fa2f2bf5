using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of connections and handshakes.</summary>
public sealed class ConnectionMetrics
{
    // Several instruments need the same counts, and each would walk through all connections.
    private static readonly TimeSpan CountsAge = TimeSpan.FromMilliseconds(200);

    private readonly Counter<long> _opened;
    private readonly Counter<long> _ended;
    private readonly Histogram<long> _duration;
    private readonly Histogram<double> _handshakeDuration;
    private readonly Lock _lock = new();
    private readonly List<Action<ConnectionCounts>> _sources = [];
    private Func<long> _handshakes = static () => 0;
    private Func<(long Users, long Bearers)> _identities = static () => (0, 0);
    private ConnectionCounts _counts = new();
    private long _countedAt;

    internal ConnectionMetrics(Meter meter)
    {
        meter.Gauge("notify.connections", "{connection}", "Open connections.", () => Counts.Measurements);
        meter.Gauge("notify.connections.limit", "{connection}", "The limit of connections.", () => Limit);
        _opened = meter.CreateCounter<long>("notify.connections.opened", "{connection}", "Connections that were opened.");
        _ended = meter.CreateCounter<long>("notify.connections.ended", "{connection}", "Connections that have ended, by reason.");
        _duration = meter.Numbers(
            "notify.connection.duration", "s", "How long connections were open.", 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400);
        meter.Gauge("notify.handshakes", "{connection}", "Connections that are being opened.", () => _handshakes());
        _handshakeDuration = meter.Duration("notify.handshake.duration", "How long handshakes took.");
        meter.Gauge("notify.identities", "{connection}", "Connections by what their token names.", MeasureIdentities);
        meter.Gauge("notify.queue.size", "By", "The size of all send queues together.", () => Counts.QueueSize);
        meter.Gauge("notify.queue.largest", "By", "The size of the largest send queue.", () => Counts.LargestQueue);
    }

    /// <summary>Gets or sets the limit of connections.</summary>
    public long Limit { get; set; }

    /// <summary>Gets the open connections, as of at most a fifth of a second ago.</summary>
    public ConnectionCounts Counts
    {
        get
        {
            lock (_lock)
            {
                if (_countedAt == 0 || Stopwatch.GetElapsedTime(_countedAt) > CountsAge)
                {
                    _counts = new ConnectionCounts();
                    _sources.ForEach(source => source(_counts));
                    _countedAt = Stopwatch.GetTimestamp();
                }

                return _counts;
            }
        }
    }

    /// <summary>Adds a source of open connections.</summary>
    public void Observe(Action<ConnectionCounts> source)
    {
        lock (_lock)
        {
            _sources.Add(source);
        }
    }

    /// <summary>Sets the source of the number of handshakes under way.</summary>
    public void ObserveHandshakes(Func<long> handshakes) => _handshakes = handshakes;

    /// <summary>Sets the source of the connections whose token names a user, and of those whose token names none.</summary>
    public void ObserveIdentities(Func<(long Users, long Bearers)> identities) => _identities = identities;

    /// <summary>Counts a connection that was opened.</summary>
    public void Opened(ConnectionProtocol protocol) => _opened.Add(1, Instruments.Tag("protocol", MetricNames.Of(protocol)));

    /// <summary>Counts a connection that has ended.</summary>
    /// <param name="protocol">Its protocol.</param>
    /// <param name="reason">The reason, of <see cref="ConnectionEnds"/>.</param>
    /// <param name="duration">How long it was open.</param>
    public void Ended(ConnectionProtocol protocol, string reason, TimeSpan duration)
    {
        var tag = Instruments.Tag("protocol", MetricNames.Of(protocol));
        _ended.Add(1, tag, Instruments.Tag("reason", reason));
        _duration.Record((long)duration.TotalSeconds, tag);
    }

    /// <summary>Records a handshake: <c>open</c>, <c>refused</c> or <c>failed</c>.</summary>
    public void HandshakeEnded(string outcome, TimeSpan duration) =>
        _handshakeDuration.Record(duration.TotalSeconds, Instruments.Tag("outcome", outcome));

    internal void BeginSeries()
    {
        foreach (var protocol in MetricNames.AllProtocols)
        {
            var tag = Instruments.Tag("protocol", MetricNames.Of(protocol));
            _opened.Begin(tag);
            _ended.Begin(tag, Instruments.Tag("reason", ConnectionEnds.Slow));
        }
    }

    private IEnumerable<Measurement<long>> MeasureIdentities()
    {
        var (users, bearers) = _identities();
        var all = Counts.Measurements.Sum(measurement => measurement.Value);
        return
        [
            Instruments.Measure(users, "identity", "user"),
            Instruments.Measure(bearers, "identity", "bearer"),
            Instruments.Measure(Math.Max(all - users - bearers, 0), "identity", "nobody"),
        ];
    }
}
