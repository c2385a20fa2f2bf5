using System.Diagnostics.Metrics;

namespace Notify.Broker;

/// <summary>What an operator counts, as instruments of the meter <see cref="MeterName"/>. Channel names are never tags.</summary>
public sealed class BrokerMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Notify";

    private readonly Meter _meter;
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _published;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _gaps;
    private readonly Counter<long> _damaged;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _throttled;
    private readonly UpDownCounter<long> _retained;
    private readonly UpDownCounter<long> _retainedBytes;
    private readonly Counter<long> _forgotten;
    private readonly Counter<long> _recoveries;
    private readonly Counter<long> _abandoned;

    /// <summary>Creates the instruments.</summary>
    public BrokerMetrics()
    {
        // The scope tells the meters of several nodes in one process apart.
        _meter = new Meter(MeterName, version: null, tags: null, scope: this);
        _connections = _meter.CreateUpDownCounter<long>("notify.connections", "{connection}", "Sessions that are open.");
        _published = _meter.CreateCounter<long>("notify.published", "{notification}", "Notifications ordered by channels of this node.");
        _ended = _meter.CreateCounter<long>("notify.ended", "{connection}", "Sessions that the broker ended, by reason.");
        _gaps = _meter.CreateCounter<long>("notify.relay.gaps", "{gap}", "Holes that a relay found and read from the history.");
        _damaged = _meter.CreateCounter<long>("notify.history.damaged", "{read}", "Reads of the history that found a part missing or damaged.");
        _refused = _meter.CreateCounter<long>("notify.refused", "{refusal}", "What was refused because a limit was reached, by limit.");
        _throttled = _meter.CreateCounter<long>("notify.throttled", "{wait}", "Times that a client was not read from because it said too much, by limit.");
        _retained = _meter.CreateUpDownCounter<long>("notify.sessions.retained", "{session}", "Socket.IO sessions that are kept without a connection.");
        _retainedBytes = _meter.CreateUpDownCounter<long>("notify.sessions.retained_bytes", "By", "What these sessions cost in memory.");
        _forgotten = _meter.CreateCounter<long>(
            "notify.sessions.forgotten",
            "{session}",
            "Retained sessions that were forgotten before their time, because all of them cost too much.");
        _recoveries = _meter.CreateCounter<long>("notify.recoveries", "{session}", "Socket.IO clients that came back, by outcome.");
        _abandoned = _meter.CreateCounter<long>(
            "notify.requests.abandoned", "{request}", "Requests whose client left before they were answered.");
    }

    /// <summary>A session began.</summary>
    public void ConnectionOpened() => _connections.Add(1);

    /// <summary>A session is over.</summary>
    public void ConnectionClosed() => _connections.Add(-1);

    /// <summary>A channel of this node ordered a notification.</summary>
    public void Published() => _published.Add(1);

    /// <summary>The broker ended a session.</summary>
    public void Ended(string reason) => _ended.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>A read of the history found a part missing or damaged.</summary>
    public void Damaged() => _damaged.Add(1);

    /// <summary>A relay found a hole.</summary>
    public void GapFound() => _gaps.Add(1);

    /// <summary>
    /// Something was refused because a limit was reached: <c>connections</c>, <c>handshakes</c> or <c>joins</c>, or, with
    /// <c>node_handshakes</c>, because somebody on the cluster port was no node.
    /// </summary>
    public void Refused(string limit) => _refused.Add(1, new KeyValuePair<string, object?>("limit", limit));

    /// <summary>A client is not read from for a while, because a rate was exceeded: <c>joins</c> or <c>messages</c>.</summary>
    public void Throttled(string limit) => _throttled.Add(1, new KeyValuePair<string, object?>("limit", limit));

    /// <summary>A session is kept without a connection.</summary>
    /// <param name="cost">What it costs, in bytes.</param>
    public void SessionRetained(long cost) => SessionsChanged(1, cost);

    /// <summary>A session that was kept without a connection is not any more.</summary>
    /// <param name="cost">What it cost, in bytes.</param>
    public void SessionReleased(long cost) => SessionsChanged(-1, -cost);

    /// <summary>A retained session was forgotten before its time.</summary>
    public void SessionForgotten() => _forgotten.Add(1);

    /// <summary>A Socket.IO client that had a session came back, with what came of it.</summary>
    public void Recovery(string outcome) => _recoveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>The client of a request left before it was answered.</summary>
    public void RequestAbandoned() => _abandoned.Add(1);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private void SessionsChanged(int change, long bytes)
    {
        _retained.Add(change);
        _retainedBytes.Add(bytes);
    }
}
