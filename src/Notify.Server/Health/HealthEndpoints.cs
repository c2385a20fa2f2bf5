using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Notify.Server.Endpoints;
using Notify.Server.Startup;

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

    /// <summary>Adds the checks.</summary>
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<Uptime>();
        services.AddHealthChecks().AddCheck<ReadinessCheck>(ReadinessCheck.Name);

        // The service logs a line for each request; the broker itself logs when its store or its membership changes.
        services.AddLogging(static logging => logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
    }

    /// <summary>Maps both paths.</summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var uptime = endpoints.ServiceProvider.GetRequiredService<Uptime>();

        // It checks nothing: restarting the process would mend no other part, and adds a storm of reconnecting clients.
        Map(
            endpoints,
            LivePath,
            static _ => false,
            (context, _) => AnswerAsync(context, HealthAnswer.Live(ProductVersion.Current.Number, uptime.Elapsed)));
        Map(
            endpoints,
            ReadyPath,
            static _ => true,
            static (context, report) => AnswerAsync(context, HealthAnswer.Ready(ReadinessCheck.ReasonsOf(report))));
    }

    private static void Map(
        IEndpointRouteBuilder endpoints,
        string path,
        Func<HealthCheckRegistration, bool> predicate,
        Func<HttpContext, HealthReport, Task> answer)
    {
        // Caching is refused by the answer itself; the framework would add two headers for HTTP/1.0.
        var options = new HealthCheckOptions { Predicate = predicate, ResponseWriter = answer, AllowCachingResponses = true };
        var endpoint = endpoints.MapHealthChecks(path, options);
        endpoint.WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
        CaseSensitivePath.Require(endpoint);
    }

    private static Task AnswerAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    }
}
