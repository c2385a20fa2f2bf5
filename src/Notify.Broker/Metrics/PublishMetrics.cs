using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of publishes: requests of backends, and notifications that channels of this node ordered.</summary>
public sealed class PublishMetrics
{
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _published;
    private readonly Counter<long> _size;
    private readonly Counter<long> _abandoned;
    private long _waiting;
    private long _acceptedRequests;
    private long _failedRequests;

    internal PublishMetrics(Meter meter)
    {
        _requests = meter.CreateCounter<long>("notify.send.requests", "{request}", "Requests to publish, by outcome.");
        _duration = meter.Duration("notify.send.duration", "How long requests to publish took until they were answered.");
        meter.Gauge("notify.send.waiting", "{request}", "Requests to publish that wait for an answer.", () => Volatile.Read(ref _waiting));
        _published = meter.CreateCounter<long>(
            "notify.published", "{notification}", "Notifications that channels of this node have ordered and stored.");
        _size = meter.CreateCounter<long>("notify.published.size", "By", "The size of these notifications.");
        _abandoned = meter.CreateCounter<long>(
            "notify.requests.abandoned", "{request}", "Requests whose client disconnected before the response.");
    }

    /// <summary>Gets the number of requests whose notification is stored.</summary>
    public long AcceptedRequests => Volatile.Read(ref _acceptedRequests);

    /// <summary>Gets the number of requests that failed because of the server.</summary>
    public long FailedRequests => Volatile.Read(ref _failedRequests);

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
        var tag = Instruments.Tag("endpoint", endpoint);
        _requests.Add(1, tag, Instruments.Tag("outcome", outcome.Name));
        if (outcome.IsTimed)
        {
            Interlocked.Increment(ref outcome.IsAccepted ? ref _acceptedRequests : ref _failedRequests);
            _duration.Record(
                Stopwatch.GetElapsedTime(began).TotalSeconds,
                tag,
                Instruments.Tag("outcome", outcome.IsAccepted ? "accepted" : "failed"));
        }
    }

    /// <summary>Counts a notification that a channel of this node has ordered and stored.</summary>
    /// <param name="bytes">The size of its JSON, in bytes.</param>
    public void Published(int bytes)
    {
        _published.Add(1);
        _size.Add(bytes);
    }

    /// <summary>Counts a request whose client disconnected before the response.</summary>
    public void RequestAbandoned() => _abandoned.Add(1);

    internal void BeginSeries()
    {
        foreach (var endpoint in (string[])["send", "api"])
        {
            foreach (var outcome in PublishOutcome.All)
            {
                _requests.Begin(Instruments.Tag("endpoint", endpoint), Instruments.Tag("outcome", outcome.Name));
            }
        }
    }
}
