using System.Diagnostics;

namespace Notify.Broker.Tracing;

/// <summary>
/// Identifies the span to which the next spans of a sampled publish belong. It travels with the messages, because the ambient activity does
/// not pass through a mailbox. A publish that is not sampled has none.
/// </summary>
/// <param name="traceId">The trace.</param>
/// <param name="spanId">The span.</param>
/// <param name="flags">The flags of the trace.</param>
public sealed class TraceContext(ActivityTraceId traceId, ActivitySpanId spanId, ActivityTraceFlags flags)
{
    /// <summary>Gets the trace.</summary>
    public ActivityTraceId TraceId { get; } = traceId;

    /// <summary>Gets the span.</summary>
    public ActivitySpanId SpanId { get; } = spanId;

    /// <summary>Gets the flags of the trace.</summary>
    public ActivityTraceFlags Flags { get; } = flags;

    /// <summary>Gets when the span began, or its context arrived, on this node.</summary>
    internal DateTimeOffset At { get; } = DateTimeOffset.UtcNow;

    /// <summary>Gets or sets whether the channel had to be loaded first.</summary>
    internal bool HasClaimed { get; set; }

    /// <summary>Returns the context of a span.</summary>
    public static TraceContext Of(Activity span)
    {
        ArgumentNullException.ThrowIfNull(span);
        return new TraceContext(span.TraceId, span.SpanId, span.ActivityTraceFlags);
    }

    /// <summary>Returns it as the parent of another span.</summary>
    internal ActivityContext ToParent() => new(TraceId, SpanId, Flags, traceState: null, isRemote: true);
}
