using Notify.Server.EngineIo;

namespace Notify.Server.Forwarding;

/// <summary>Serves the HTTP requests of other nodes: client requests for sessions of this node, and lookups of sessions.</summary>
/// <param name="engine">Handles the client requests.</param>
internal sealed class NodeEndpoint(Lazy<EngineEndpoint> engine)
{
    /// <summary>The path that looks up a session; its id follows.</summary>
    public const string SessionPath = "/session/";

    /// <summary>Handles a request of another node.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (engine.Value.Matches(context))
        {
            var headers = context.Request.Headers;
            context.Request.Host = new HostString(headers[NodeRequest.HostHeader].ToString());
            context.Request.Scheme = headers[NodeRequest.SchemeHeader].ToString();
            headers.Remove(NodeRequest.HostHeader);
            headers.Remove(NodeRequest.SchemeHeader);
            return engine.Value.HandleAsync(context);
        }

        var path = context.Request.Path.Value!;
        var isFound = path.StartsWith(SessionPath, StringComparison.Ordinal) && engine.Value.Has(path[SessionPath.Length..]);
        context.Response.StatusCode = isFound ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
