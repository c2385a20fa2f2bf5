using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>
/// Provides the metrics of publishes: requests of backends, and notifications that channels of this node ordered. The counts
/// are fields that the instruments read, because every publish adds to several of them.
/// </summary>
public sealed class PublishMetrics
{
    private static readonly string[] Endpoints = ["send", "api"];
    private static readonly PublishOutcome[] Outcomes = [.. PublishOutcome.All];

    private readonly long[,] _requests = new long[Endpoints.Length, Outcomes.Length];
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _abandoned;
    private long _published;
    private long _size;
    private long _waiting;

    internal PublishMetrics(Meter meter)
    {
        meter.CreateObservableCounter("notify.send.requests", ReadRequests, "{request}", "Requests to publish, by outcome.");
        _duration = meter.Duration("notify.send.duration", "How long requests to publish took until they were answered.");
        meter.Gauge("notify.send.waiting", "{request}", "Requests to publish that wait for an answer.", () => Volatile.Read(ref _waiting));
        meter.CreateObservableCounter(
            "notify.published",
            () => Volatile.Read(ref _published),
            "{notification}",
            "Notifications that channels of this node have ordered and stored.");
        meter.CreateObservableCounter("notify.published.size", () => Volatile.Read(ref _size), "By", "The size of these notifications.");
        _abandoned = meter.CreateCounter<long>(
            "notify.requests.abandoned", "{request}", "Requests whose client disconnected before the response.");
    }

    /// <summary>Gets the number of requests whose notification is stored.</summary>
    public long AcceptedRequests => Requests(static outcome => outcome.IsAccepted);

    /// <summary>Gets the number of requests that failed because of the server.</summary>
    public long FailedRequests => Requests(static outcome => outcome.IsTimed && !outcome.IsAccepted);

    /// <summary>Begins a request. Call <see cref="End"/> with the result.</summary>
    public long Begin()
    {
        Interlocked.Increment(ref _waiting);
        return Stopwatch.GetTimestamp();
    }

    /// <summary>Ends a request.</summary>
    /// <param name="began">The result of <see cref="Begin"/>.</param>
    /// <param name="endpoint"><c>send</c> or <c>api</c>.</param>
    /// <param name="outcome">How it was answered.</param>
    public void End(long began, string endpoint, PublishOutcome outcome)
    {
        Interlocked.Decrement(ref _waiting);
        Interlocked.Increment(ref RequestsOf(endpoint, outcome));
        if (outcome.IsTimed)
        {
            _duration.Record(
                Stopwatch.GetElapsedTime(began).TotalSeconds,
                Instruments.Tag("endpoint", endpoint),
                Instruments.Tag("outcome", outcome.IsAccepted ? "accepted" : "failed"));
        }
    }

    /// <summary>Counts a notification that a channel of this node has ordered and stored.</summary>
    /// <param name="bytes">The size of its JSON, in bytes.</param>
    public void Published(int bytes)
    {
        Interlocked.Increment(ref _published);
        Interlocked.Add(ref _size, bytes);
    }

    /// <summary>Counts a request whose client disconnected before the response.</summary>
    public void RequestAbandoned() => _abandoned.Add(1);

    private ref long RequestsOf(string endpoint, PublishOutcome outcome) =>
        ref _requests[Array.IndexOf(Endpoints, endpoint), Array.IndexOf(Outcomes, outcome)];

    private long Requests(Func<PublishOutcome, bool> condition) => Outcomes
        .Where(condition)
        .Sum(outcome => Endpoints.Sum(endpoint => Volatile.Read(ref RequestsOf(endpoint, outcome))));

    private IEnumerable<Measurement<long>> ReadRequests() => Endpoints.SelectMany(endpoint => Outcomes.Select(outcome =>
        new Measurement<long>(
            Volatile.Read(ref RequestsOf(endpoint, outcome)),
            Instruments.Tag("endpoint", endpoint),
            Instruments.Tag("outcome", outcome.Name))));
}
