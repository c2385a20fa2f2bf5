using System.Text.Json;
using Notify.Broker.Clustering;
using Notify.Broker.History;

namespace Notify.Server;

/// <summary>
/// What an orchestrator asks: <c>/health/live</c>, whether the process should go on, and <c>/health/ready</c>, whether new clients should
/// be sent here. Not ready only for what another node could do better.
/// </summary>
/// <param name="membership">Says whether this node may accept anything.</param>
/// <param name="store">Says whether notifications can be kept.</param>
/// <param name="leaving">Cancelled when this node leaves.</param>
internal sealed class HealthEndpoint(Membership membership, IHistoryStore store, CancellationToken leaving)
{
    /// <summary>The path of the liveness question.</summary>
    public const string LivePath = "/health/live";

    private const string ReadyPath = "/health/ready";

    /// <summary>Whether a request is for this endpoint.</summary>
    public static bool Matches(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) && context.Request.Path.Value is LivePath or ReadyPath;

    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        var obstacle = context.Request.Path.Value == ReadyPath ? Obstacle() : null;
        var response = context.Response;
        response.StatusCode = obstacle is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        var body = JsonSerializer.SerializeToUtf8Bytes(Status(obstacle));
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }

    private string? Obstacle() => leaving.IsCancellationRequested ? "draining" : membership.HasQuorum ? null : "no quorum";

    // Without its store a node still serves what is live, and another one would have the same trouble.
    private Dictionary<string, string> Status(string? obstacle) => obstacle is not null
        ? new() { ["status"] = obstacle }
        : (store.Trouble ?? store.Damage) is { } trouble
            ? new() { ["status"] = "degraded", ["reason"] = trouble }
            : new() { ["status"] = "ok" };
}
