using Notify.Server.Backends;
using Notify.Server.Endpoints;
using Notify.Server.Options;

namespace Notify.Server.Telemetry;

/// <summary>
/// Maps <c>/metrics</c>, in the text format of Prometheus. It is for this host, for the listener of operators, and for a secret with the
/// scope <c>metrics</c>: what it shows is not meant for the internet.
/// </summary>
internal static class MetricsEndpoint
{
    private const string Path = "/metrics";

    /// <summary>Maps the endpoint, if metrics are on.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints, TelemetryOptions options)
    {
        if (!options.HasMetrics)
        {
            return;
        }

        var endpoint = endpoints.MapPrometheusScrapingEndpoint(Path);
        endpoint.RequireAuthorization(BackendExtensions.MetricsOrThisHost);
        endpoint.WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]), OperatorsOnly.Instance);
        endpoint.DisableHttpMetrics();
        CaseSensitivePath.Require(endpoint);
    }
}
