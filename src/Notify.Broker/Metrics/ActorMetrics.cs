using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of actors.</summary>
public sealed class ActorMetrics
{
    private readonly Counter<long> _failures;
    private readonly Counter<long> _deadLetters;
    private Action<string, Exception> _failed = static (_, _) => { };
    private long _connections;
    private Func<(long Channels, long Relays)> _actors = static () => (0, 0);

    internal ActorMetrics(Meter meter)
    {
        meter.Gauge("notify.actors", "{actor}", "Actors, by kind.", Measure);
        _failures = meter.CreateCounter<long>("notify.actor.failures", "{actor}", "Actors that failed and were stopped, by kind.");
        _deadLetters = meter.CreateCounter<long>("notify.actor.dead_letters", "{message}", "Messages whose actor does not exist.");
    }

    /// <summary>Sets the source of the numbers of channels and relays.</summary>
    public void Observe(Func<(long Channels, long Relays)> actors) => _actors = actors;

    /// <summary>Counts an actor of a connection that starts.</summary>
    public void ConnectionStarted() => Interlocked.Increment(ref _connections);

    /// <summary>Counts an actor of a connection that has stopped.</summary>
    public void ConnectionStopped() => Interlocked.Decrement(ref _connections);

    /// <summary>Sets the receiver of the kind and the cause of each failure.</summary>
    public void ObserveFailures(Action<string, Exception> failed) => _failed = failed;

    /// <summary>Counts an actor that failed: <c>channel</c>, <c>relay</c>, <c>connection</c> or <c>writer</c>.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="cause">The cause; null if it is logged elsewhere.</param>
    public void Failed(string kind, Exception? cause = null)
    {
        _failures.Add(1, Instruments.Tag("kind", kind));
        if (cause is not null)
        {
            _failed(kind, cause);
        }
    }

    /// <summary>Counts a message whose actor does not exist.</summary>
    public void DeadLetter() => _deadLetters.Add(1);

    internal void BeginSeries() => _deadLetters.Begin();

    private IEnumerable<Measurement<long>> Measure()
    {
        var (channels, relays) = _actors();
        return
        [
            Instruments.Measure(channels, "kind", "channel"),
            Instruments.Measure(Volatile.Read(ref _connections), "kind", "connection"),
            Instruments.Measure(relays, "kind", "relay"),
        ];
    }
}
