using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of backends: the one that is asked about joins, and the requests that are refused.</summary>
public sealed class BackendMetrics
{
    private readonly Counter<long> _questions;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _refusals;
    private Func<bool> _isOpen = static () => false;

    internal BackendMetrics(Meter meter)
    {
        _questions = meter.CreateCounter<long>(
            "notify.authorize.requests", "{request}", "Questions to the backend about joins, by outcome.");
        _duration = meter.Duration("notify.authorize.duration", "How long the backend took to answer.");
        meter.Flag("notify.authorize.circuit_open", "Whether the backend is not asked, because it failed too often.", () => _isOpen());
        _refusals = meter.CreateCounter<long>("notify.api.refusals", "{request}", "Requests of backends that were refused, by reason.");
    }

    /// <summary>Sets the source of whether the backend is not asked, because it failed too often.</summary>
    public void ObserveCircuit(Func<bool> isOpen) => _isOpen = isOpen;

    /// <summary>
    /// Counts a question about a join: <c>allow</c>, <c>deny</c>, <c>cached</c>, <c>error</c>, <c>timeout</c>, or <c>rejected</c> when it
    /// was not asked.
    /// </summary>
    public void Answered(string outcome) => _questions.Add(1, Instruments.Tag("outcome", outcome));

    /// <summary>Records how long the backend took to answer.</summary>
    public void Took(TimeSpan duration) => _duration.Record(duration.TotalSeconds);

    /// <summary>
    /// Counts a request that was refused: <c>no_secret</c>, <c>bad_secret</c>, <c>scope</c>, <c>channel</c>, <c>rate</c> or
    /// <c>protected</c>.
    /// </summary>
    public void Refused(string reason) => _refusals.Add(1, Instruments.Tag("reason", reason));
}
