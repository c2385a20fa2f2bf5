using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of channels, subscriptions and joins.</summary>
public sealed class JoinMetrics
{
    private readonly Counter<long> _joins;
    private readonly Histogram<double> _duration;
    private Func<(long Owned, long Joined)> _channels = static () => (0, 0);
    private Func<long> _subscriptions = static () => 0;

    internal JoinMetrics(Meter meter)
    {
        meter.Gauge("notify.channels", "{channel}", "Channels that this node owns, and channels with subscribers on it.", MeasureChannels);
        meter.Gauge("notify.subscriptions", "{subscription}", "Channels that connections have joined.", () => _subscriptions());
        _joins = meter.CreateCounter<long>("notify.joins", "{join}", "Joins of clients, by outcome.");
        _duration = meter.Duration("notify.join.duration", "How long joins took until they were answered.");
    }

    /// <summary>Sets the source of the numbers of channels: those that this node owns, and those with subscribers on it.</summary>
    public void ObserveChannels(Func<(long Owned, long Joined)> channels) => _channels = channels;

    /// <summary>Sets the source of the number of subscriptions.</summary>
    public void ObserveSubscriptions(Func<long> subscriptions) => _subscriptions = subscriptions;

    /// <summary>
    /// Counts a join that was answered: <c>joined</c>, <c>recovered</c>, <c>not_recovered</c>, or the error that the client gets.
    /// </summary>
    public void Answered(string outcome, TimeSpan duration)
    {
        Refused(outcome);
        _duration.Record(duration.TotalSeconds);
    }

    /// <summary>Counts a join that was refused at once.</summary>
    public void Refused(string outcome) => _joins.Add(1, Instruments.Tag("outcome", outcome));

    private IEnumerable<Measurement<long>> MeasureChannels()
    {
        var (owned, joined) = _channels();
        return [Instruments.Measure(owned, "state", "owned"), Instruments.Measure(joined, "state", "joined")];
    }
}
