using Yarp.ReverseProxy.Forwarder;

namespace Notify.Server.Forwarding;

/// <summary>
/// Forwards a request unchanged, including Origin, so that the response is the same as from the other node directly. Only the host and the
/// scheme are sent in separate headers: as those of the request, which clients control, they would determine the connection to the other
/// node.
/// </summary>
internal sealed class ForwardedTransformer : HttpTransformer
{
    private const string ForwardedFor = "X-Forwarded-For";

    /// <inheritdoc />
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.Headers.Host = null;
        proxyRequest.Headers.Remove(NodeRequest.HostHeader);
        proxyRequest.Headers.TryAddWithoutValidation(NodeRequest.HostHeader, httpContext.Request.Host.Value);
        proxyRequest.Headers.Remove(NodeRequest.SchemeHeader);
        proxyRequest.Headers.TryAddWithoutValidation(NodeRequest.SchemeHeader, httpContext.Request.Scheme);
        proxyRequest.Headers.TryAddWithoutValidation(ForwardedFor, httpContext.Connection.RemoteIpAddress?.ToString());
    }
}
