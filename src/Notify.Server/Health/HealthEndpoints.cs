using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Notify.Server.Endpoints;

namespace Notify.Server.Health;

/// <summary>
/// Maps the checks of an orchestrator: <c>/health/live</c>, whether the process should keep running, and <c>/health/ready</c>, whether new
/// clients should be sent here.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>The path of the liveness check.</summary>
    public const string LivePath = "/health/live";

    private const string ReadyPath = "/health/ready";
    private const string Readiness = "ready";

    /// <summary>Adds the checks.</summary>
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<StoreCheck>("store")
            .AddCheck<MembershipCheck>("membership", tags: [Readiness])
            .AddCheck<RevocationsCheck>("revocations", tags: [Readiness]);

        // The service logs a line for each request; the broker itself logs when its store or its membership changes.
        services.AddLogging(static logging => logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
    }

    /// <summary>Maps both paths.</summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, LivePath, static check => !check.Tags.Contains(Readiness));
        Map(endpoints, ReadyPath, static _ => true);
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, Func<HealthCheckRegistration, bool> predicate)
    {
        // Caching is refused by the answer itself; the framework would add two headers for HTTP/1.0.
        var options = new HealthCheckOptions { Predicate = predicate, ResponseWriter = AnswerAsync, AllowCachingResponses = true };
        var endpoint = endpoints.MapHealthChecks(path, options);
        endpoint.WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
        CaseSensitivePath.Require(endpoint);
    }

    private static Task AnswerAsync(HttpContext context, HealthReport report)
    {
        var reason = report.Entries.Values.FirstOrDefault(entry => entry.Status == report.Status).Description;
        var body = JsonSerializer.SerializeToUtf8Bytes<Dictionary<string, string?>>(report.Status switch
        {
            HealthStatus.Healthy => new() { ["status"] = "ok" },
            HealthStatus.Degraded => new() { ["status"] = "degraded", ["reason"] = reason },
            _ => new() { ["status"] = reason },
        });
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }
}
