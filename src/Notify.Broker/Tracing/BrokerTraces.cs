using System.Diagnostics;
using Notify.Broker.Channels;
using Notify.Broker.Metrics;
using Notify.Broker.Sending;

namespace Notify.Broker.Tracing;

/// <summary>
/// Creates the spans of a publish. They are only created below a request that is sampled, and only if somebody collects them: an unsampled
/// publish costs one comparison with null. No span contains a user, an address, a token or a notification.
/// </summary>
public static class BrokerTraces
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "Notify";

    /// <summary>The name of the tag for the kind of a failure.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Gets the source.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>Marks a span as failed.</summary>
    public static void Fail(this Activity span, string errorType)
    {
        ArgumentNullException.ThrowIfNull(span);
        span.SetStatus(ActivityStatusCode.Error);
        span.SetTag(ErrorType, errorType);
    }

    /// <summary>Returns the kind of a failed publish.</summary>
    internal static string ErrorTypeOf(SendFailure failure) => failure switch
    {
        SendFailure.NoAnswer => "timeout",
        SendFailure.NoQuorum => "unavailable",
        _ => "overload",
    };

    /// <summary>Records that the owner has given a notification its offset.</summary>
    internal static void Ordered(TraceContext publish, Notification notification, string node)
    {
        using var span = Source.StartActivity("order", ActivityKind.Internal, publish.ToParent(), startTime: publish.At);
        if (span is null)
        {
            return;
        }

        span.SetTag("notify.node", node);
        span.SetTag("notify.offset", notification.Offset);
        if (publish.HasClaimed)
        {
            span.AddEvent(new ActivityEvent("claimed"));
        }
    }

    /// <summary>Begins to record that a relay hands a notification to the queues of its clients.</summary>
    internal static Activity? BeginRelay(TraceContext publish, string node)
    {
        var span = Source.StartActivity("relay", ActivityKind.Internal, publish.ToParent());
        span?.SetTag("notify.node", node);
        return span;
    }

    /// <summary>Records that a notification was written to the client whose delivery is measured.</summary>
    internal static void Written(TraceContext relay, ConnectionProtocol protocol)
    {
        using var span = Source.StartActivity("write", ActivityKind.Internal, relay.ToParent(), startTime: relay.At);
        span?.SetTag("notify.protocol", MetricNames.Of(protocol));
        span?.SetTag("network.transport", "tcp");
    }
}
