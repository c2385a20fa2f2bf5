using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Notify.Broker.Metrics;

namespace Notify.Server.Tests.Support;

/// <summary>Collects the values of one node's counters and gauges, by <c>instrument{tag,tag}</c>.</summary>
internal sealed class Counts : IDisposable
{
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public Counts(BrokerMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, metrics))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _counts.AddOrUpdate(
                tags.Length == 0 ? instrument.Name : $"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => tag.Value))}}}",
                value,
                (_, before) => instrument.IsObservable ? value : before + value));
        _listener.Start();
    }

    public long this[string name]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _counts.GetValueOrDefault(name);
        }
    }

    public void Dispose() => _listener.Dispose();
}
