using System.Diagnostics;
using Notify.Broker.Messages;

namespace Notify.Broker.Tracing;

/// <summary>Creates the spans of the publishes of one sampled request, one for each channel, at most <see cref="MaxSpans"/>.</summary>
/// <param name="request">The span of the request.</param>
/// <param name="templateOf">Returns the pattern of a channel, which contains no personal data.</param>
/// <param name="showsChannels">Whether spans may contain the names of channels.</param>
public sealed class PublishTrace(Activity request, Func<string, string> templateOf, bool showsChannels)
{
    /// <summary>The largest number of spans of a request.</summary>
    public const int MaxSpans = 16;

    private readonly ActivityContext _request = request.Context;
    private int _spans;

    /// <summary>Begins the span of a publish; null when the request has too many.</summary>
    internal Activity? Begin(Publish publish)
    {
        if (_spans == MaxSpans)
        {
            return null;
        }

        _spans++;
        var template = templateOf(publish.Channel);
        var span = BrokerTraces.Source.StartActivity($"publish {template}", ActivityKind.Internal, _request);
        if (span is null)
        {
            return null;
        }

        span.SetTag("messaging.system", "notify");
        span.SetTag("messaging.operation.name", "publish");
        span.SetTag("messaging.message.id", publish.Id.ToString());
        span.SetTag("messaging.destination.template", template);
        span.SetTag("messaging.message.body.size", publish.Payload.Length);
        if (showsChannels)
        {
            span.SetTag("messaging.destination.name", publish.Channel);
        }

        return span;
    }
}
