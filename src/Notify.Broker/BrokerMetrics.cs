using System.Diagnostics.Metrics;

namespace Notify.Broker;

/// <summary>What an operator counts, as instruments of the meter <see cref="MeterName"/>. Channel names are never tags.</summary>
public sealed class BrokerMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Notify";

    private readonly Meter _meter = new(MeterName);
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _published;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _gaps;

    /// <summary>Creates the instruments.</summary>
    public BrokerMetrics()
    {
        _connections = _meter.CreateUpDownCounter<long>("notify.connections", "{connection}", "Sessions that are open.");
        _published = _meter.CreateCounter<long>("notify.published", "{notification}", "Notifications ordered by channels of this node.");
        _ended = _meter.CreateCounter<long>("notify.ended", "{connection}", "Sessions that the broker ended, by reason.");
        _gaps = _meter.CreateCounter<long>("notify.relay.gaps", "{gap}", "Holes that a relay found and read from the history.");
    }

    /// <summary>A session began.</summary>
    public void ConnectionOpened() => _connections.Add(1);

    /// <summary>A session is over.</summary>
    public void ConnectionClosed() => _connections.Add(-1);

    /// <summary>A channel of this node ordered a notification.</summary>
    public void Published() => _published.Add(1);

    /// <summary>The broker ended a session.</summary>
    public void Ended(string reason) => _ended.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>A relay found a hole.</summary>
    public void GapFound() => _gaps.Add(1);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
