using Notify.Server.EngineIo;

namespace Notify.Server;

/// <summary>
/// What an orchestrator asks: <c>/health/live</c>, whether the process should go on, and <c>/health/ready</c>, whether new clients should
/// be sent here. Not ready only for what another node could do better.
/// </summary>
internal sealed class HealthEndpoint(Func<EngineServer> engine)
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
        var body = isDraining ? """{"status":"draining"}"""u8.ToArray() : """{"status":"ok"}"""u8.ToArray();
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }
}
