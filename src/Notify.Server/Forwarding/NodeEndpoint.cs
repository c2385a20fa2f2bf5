using Notify.Server.EngineIo;

namespace Notify.Server.Forwarding;

/// <summary>Answers what other nodes ask by HTTP: requests of clients whose sessions are here, and whether a session is. Nothing else.</summary>
/// <param name="engine">Answers the clients.</param>
internal sealed class NodeEndpoint(Lazy<EngineEndpoint> engine)
{
    /// <summary>Asks whether a session is here; its id follows.</summary>
    public const string SessionPath = "/session/";

    /// <summary>Answers a request of another node.</summary>
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
