using System.Diagnostics;
using Notify.Broker.Tracing;

namespace Notify.Storage;

/// <summary>Records the appends of sampled publishes as spans. An append that is not sampled costs one comparison with null.</summary>
/// <param name="system">The name of the database system, as the conventions of OpenTelemetry write it.</param>
internal sealed class AppendTraces(string system)
{
    private readonly List<StoreRequest.Append> _sampled = [];
    private long _beganAt;
    private int _appends;

    /// <summary>Notes the sampled appends of a batch that is written now.</summary>
    public void Began(IReadOnlyList<StoreRequest> batch)
    {
        _sampled.Clear();
        foreach (var request in batch)
        {
            if (request is StoreRequest.Append { Trace: not null } append)
            {
                _sampled.Add(append);
            }
        }

        if (_sampled.Count > 0)
        {
            _beganAt = Stopwatch.GetTimestamp();
            _appends = batch.Count(static request => request is StoreRequest.Append);
        }
    }

    /// <summary>Records a request that is settled.</summary>
    public void Settled(StoreRequest request, StoreResult result)
    {
        if (request is StoreRequest.Append { Trace: { } trace } append)
        {
            Record(append, trace, result);
        }
    }

    private void Record(StoreRequest.Append append, TraceContext trace, StoreResult result)
    {
        var isWritten = _sampled.Contains(append);
        var links = isWritten
            ? _sampled.Where(other => other != append).Select(static other => new ActivityLink(ParentOf(other.Trace!)))
            : [];
        using var span = BrokerTraces.Source.StartActivity(
            "append",
            ActivityKind.Client,
            ParentOf(trace),
            links: links,
            startTime: DateTimeOffset.UtcNow - Stopwatch.GetElapsedTime(append.EnqueuedAt));
        if (span is null)
        {
            return;
        }

        span.SetTag("db.system.name", system);
        if (isWritten)
        {
            span.SetTag("db.operation.batch.size", _appends);
            span.SetTag("notify.store.wait_ms", Stopwatch.GetElapsedTime(append.EnqueuedAt, _beganAt).TotalMilliseconds);
        }

        if (result == StoreResult.Fenced)
        {
            span.Fail("fenced");
        }
        else if (result is StoreResult.Refused || result == StoreResult.Unknown)
        {
            span.Fail("unavailable");
        }
    }

    private static ActivityContext ParentOf(TraceContext trace) =>
        new(trace.TraceId, trace.SpanId, trace.Flags, traceState: null, isRemote: true);
}
