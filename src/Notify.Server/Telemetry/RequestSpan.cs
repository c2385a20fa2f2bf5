using System.Diagnostics;
using Notify.Broker.Tracing;

namespace Notify.Server.Telemetry;

/// <summary>Represents the span of a sampled request.</summary>
/// <param name="span">The span.</param>
/// <param name="publishes">Creates the spans of its publishes.</param>
internal sealed class RequestSpan(Activity span, PublishTrace publishes) : IDisposable
{
    private const int ServerError = 500;

    /// <summary>Gets what creates the spans of the request's publishes.</summary>
    public PublishTrace Publishes => publishes;

    /// <summary>Gets the id of the trace, for the log.</summary>
    public string TraceId => span.TraceId.ToHexString();

    /// <summary>Sets the status of the response.</summary>
    public void Answered(int status)
    {
        span.SetTag("http.response.status_code", status);
        if (status >= ServerError)
        {
            span.Fail("unavailable");
        }
    }

    /// <summary>Ends the span.</summary>
    public void Dispose() => span.Dispose();
}
