using System.Diagnostics.Metrics;

namespace Notify.Broker;

/// <summary>Provides the broker's metrics as instruments of the meter <see cref="MeterName"/>. Channel names are never tags.</summary>
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
    private readonly Counter<long> _decisions;
    private readonly UpDownCounter<long> _identities;
    private readonly Counter<long> _tokensAccepted;
    private readonly Counter<long> _tokensRefused;
    private readonly Counter<long> _authorizeAnswers;

    /// <summary>Creates the instruments.</summary>
    public BrokerMetrics()
    {
        // The scope distinguishes the meters of several nodes in one process.
        _meter = new Meter(MeterName, version: null, tags: null, scope: this);
        _connections = _meter.CreateUpDownCounter<long>("notify.connections", "{connection}", "Sessions that are open.");
        _published = _meter.CreateCounter<long>("notify.published", "{notification}", "Notifications ordered by channels of this node.");
        _ended = _meter.CreateCounter<long>("notify.ended", "{connection}", "Sessions that the broker ended, by reason.");
        _gaps = _meter.CreateCounter<long>("notify.relay.gaps", "{gap}", "Gaps that a relay found and read from the history.");
        _damaged = _meter.CreateCounter<long>(
            "notify.history.damaged",
            "{read}",
            "Reads of the history that found a part missing or damaged.");
        _refused = _meter.CreateCounter<long>("notify.refused", "{refusal}", "Refusals because of a limit, by limit.");
        _throttled = _meter.CreateCounter<long>(
            "notify.throttled",
            "{wait}",
            "Times that a client was throttled because it exceeded a rate, by limit.");
        _retained = _meter.CreateUpDownCounter<long>(
            "notify.sessions.retained",
            "{session}",
            "Socket.IO sessions that are retained without a connection.");
        _retainedBytes = _meter.CreateUpDownCounter<long>("notify.sessions.retained_bytes", "By", "The memory of these sessions.");
        _forgotten = _meter.CreateCounter<long>(
            "notify.sessions.forgotten",
            "{session}",
            "Retained sessions that were removed before their time, because the limit of their memory was reached.");
        _recoveries = _meter.CreateCounter<long>(
            "notify.recoveries",
            "{session}",
            "Requests of Socket.IO clients to recover their session, by outcome.");
        _abandoned = _meter.CreateCounter<long>(
            "notify.requests.abandoned", "{request}", "Requests whose client disconnected before the response.");
        _decisions = _meter.CreateCounter<long>(
            "notify.access.decisions", "{join}", "Decisions on joins, by the rule of the channel and the decision.");
        _identities = _meter.CreateUpDownCounter<long>(
            "notify.identities", "{connection}", "Connections that have shown a valid token.");
        _tokensAccepted = _meter.CreateCounter<long>("notify.auth.accepted", "{token}", "Tokens that were accepted, by the kind of key.");
        _tokensRefused = _meter.CreateCounter<long>("notify.auth.refused", "{token}", "Tokens that were refused, by reason.");
        _authorizeAnswers = _meter.CreateCounter<long>(
            "notify.authorize.answers",
            "{question}",
            "Questions to the backend about joins, by answer. Remembered answers are not counted.");
    }

    /// <summary>Counts a session that was opened.</summary>
    public void ConnectionOpened() => _connections.Add(1);

    /// <summary>Counts a session that has ended.</summary>
    public void ConnectionClosed() => _connections.Add(-1);

    /// <summary>Counts a notification that a channel of this node has ordered.</summary>
    public void Published() => _published.Add(1);

    /// <summary>Counts a session that the broker ended.</summary>
    public void Ended(string reason) => _ended.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>Counts a read of the history that found a missing or damaged part.</summary>
    public void Damaged() => _damaged.Add(1);

    /// <summary>Counts a gap that a relay found.</summary>
    public void GapFound() => _gaps.Add(1);

    /// <summary>
    /// Counts a refusal because of a limit: <c>connections</c>, <c>handshakes</c> or <c>joins</c>, or, with <c>node_handshakes</c>, a
    /// connection to the cluster port that was not from a node.
    /// </summary>
    public void Refused(string limit) => _refused.Add(1, new KeyValuePair<string, object?>("limit", limit));

    /// <summary>Counts a client that is throttled because it exceeded a rate: <c>joins</c> or <c>messages</c>.</summary>
    public void Throttled(string limit) => _throttled.Add(1, new KeyValuePair<string, object?>("limit", limit));

    /// <summary>Counts a session that is retained without a connection.</summary>
    /// <param name="cost">The session's cost, in bytes.</param>
    public void SessionRetained(long cost) => SessionsChanged(1, cost);

    /// <summary>Removes a retained session from the counters.</summary>
    /// <param name="cost">The session's cost, in bytes.</param>
    public void SessionReleased(long cost) => SessionsChanged(-1, -cost);

    /// <summary>Counts a retained session that was removed before its time.</summary>
    public void SessionForgotten() => _forgotten.Add(1);

    /// <summary>Counts the outcome of a Socket.IO client's request to recover its session.</summary>
    public void Recovery(string outcome) => _recoveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Counts a request whose client disconnected before the response.</summary>
    public void RequestAbandoned() => _abandoned.Add(1);

    /// <summary>Counts a decision on a join: <c>allowed</c>, <c>would_refuse</c>, or the error that the client gets.</summary>
    public void AccessDecided(string rule, string decision) => _decisions.Add(
        1, new KeyValuePair<string, object?>("rule", rule), new KeyValuePair<string, object?>("decision", decision));

    /// <summary>Counts connections that gain or lose an identity.</summary>
    public void IdentitiesChanged(int change)
    {
        if (change != 0)
        {
            _identities.Add(change);
        }
    }

    /// <summary>Counts a token that was accepted: by a key that is <c>current</c>, <c>previous</c>, <c>public</c> or <c>jwks</c>.</summary>
    public void TokenAccepted(string key) => _tokensAccepted.Add(1, new KeyValuePair<string, object?>("key", key));

    /// <summary>Counts a token that was refused.</summary>
    public void TokenRefused(string reason) => _tokensRefused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>
    /// Counts a question to the backend by its answer: <c>allowed</c>, <c>forbidden</c>, <c>unauthorized</c> or <c>unavailable</c>.
    /// </summary>
    public void AuthorizeAnswered(string answer) => _authorizeAnswers.Add(1, new KeyValuePair<string, object?>("answer", answer));

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private void SessionsChanged(int change, long bytes)
    {
        _retained.Add(change);
        _retainedBytes.Add(bytes);
    }
}
