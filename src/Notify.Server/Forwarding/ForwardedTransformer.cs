using Yarp.ReverseProxy.Forwarder;

namespace Notify.Server.Forwarding;

/// <summary>
/// Passes a request on as it came, Origin and all, so that the answer is the one that the client would have got there. Only its host
/// and its scheme travel beside it: as those of the request they would choose the connection to the other node, and anything may stand
/// there.
/// </summary>
internal sealed class ForwardedTransformer : HttpTransformer
{
    private const string ForwardedFor = "X-Forwarded-For";

    /// <inheritdoc />
    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
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
