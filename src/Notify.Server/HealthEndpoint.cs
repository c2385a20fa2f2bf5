using System.Text.Json;
using Notify.Broker.Histories;
using Notify.Server.EngineIo;

namespace Notify.Server;

/// <summary>
/// What an orchestrator asks: <c>/health/live</c>, whether the process should go on, and <c>/health/ready</c>, whether new clients should
/// be sent here. Not ready only for what another node could do better.
/// </summary>
/// <param name="engine">Says whether this node leaves.</param>
/// <param name="store">Says whether notifications can be kept.</param>
internal sealed class HealthEndpoint(Func<EngineServer> engine, IHistoryStore store)
{
    /// <summary>The path of the liveness question.</summary>
    public const string LivePath = "/health/live";

    private const string ReadyPath = "/health/ready";

    /// <summary>Whether a request is for this endpoint.</summary>
    public static bool Matches(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.Request.Path.Value is LivePath or ReadyPath;

    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        var isDraining = context.Request.Path.Value == ReadyPath && engine().IsDraining;
        var response = context.Response;
        response.StatusCode = isDraining ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        var body = JsonSerializer.SerializeToUtf8Bytes(Status(isDraining));
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }

    // Without its store a node still serves what is live, and another one would have the same trouble.
    private Dictionary<string, string> Status(bool isDraining) => isDraining
        ? new() { ["status"] = "draining" }
        : store.Trouble is { } trouble
            ? new() { ["status"] = "degraded", ["reason"] = trouble }
            : new() { ["status"] = "ok" };
}
