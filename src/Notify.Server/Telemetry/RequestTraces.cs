using System.Diagnostics;
using Notify.Broker.Tracing;
using Notify.Server.Options;

namespace Notify.Server.Telemetry;

/// <summary>
/// Begins the spans of the requests of backends that are sampled. ASP.NET Core would begin one for every request, polls and refused
/// requests included, and decide afterwards.
/// </summary>
/// <param name="sampling">Decides which requests are traced.</param>
/// <param name="rules">Knows the patterns of channels.</param>
/// <param name="showsChannels">Whether spans may contain the names of channels.</param>
internal sealed class RequestTraces(TraceSampling sampling, AccessRules rules, bool showsChannels)
{
    private const string NoPattern = "*";

    private readonly Func<string, string> _templateOf = channel => rules.Find(channel).Pattern?.ToString() ?? NoPattern;

    /// <summary>Begins the span of a request whose secret is accepted. Null when it is not sampled.</summary>
    /// <param name="context">The request.</param>
    /// <param name="route">The pattern of its path.</param>
    /// <param name="backend">The name of the secret.</param>
    /// <param name="began">When the request began, as a timestamp of <see cref="Stopwatch"/>.</param>
    public RequestSpan? Begin(HttpContext context, string route, string backend, long began)
    {
        var headers = context.Request.Headers;
        var hasParent = ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var parent);
        return sampling.IsSampled(hasParent ? parent : default) ? Begin(context.Request, route, backend, parent, began) : null;
    }

    private RequestSpan? Begin(HttpRequest request, string route, string backend, ActivityContext parent, long began)
    {
        var span = BrokerTraces.Source.StartActivity(
            $"{request.Method} {route}",
            ActivityKind.Server,
            parent,
            startTime: DateTimeOffset.UtcNow - Stopwatch.GetElapsedTime(began));
        if (span is null)
        {
            return null;
        }

        // The query may contain a secret, and the path of an API request names nothing.
        span.SetTag("http.request.method", request.Method);
        span.SetTag("http.route", route);
        span.SetTag("url.scheme", request.Scheme);
        span.SetTag("url.path", route);
        span.SetTag("network.protocol.version", request.Protocol.Split('/')[^1]);
        span.SetTag("notify.secret", backend);
        return new RequestSpan(span, new PublishTrace(span, _templateOf, showsChannels));
    }
}
