using System.Net;

namespace Notify.Server.Send;

/// <summary>
/// Identifies requests of programs on this host, which may publish while the secret is the default one. A loopback peer is not sufficient:
/// a reverse proxy on this host serves everybody, and a browser on this host may run a page whose host name was resolved to 127.0.0.1.
/// </summary>
internal static class LoopbackRequest
{
    private static readonly HashSet<string> ProxyHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Original-IP", "X-Originating-IP", "X-Remote-IP",
        "X-Remote-Addr", "X-ProxyUser-IP", "Client-IP", "True-Client-IP", "Proxy-Client-IP", "WL-Proxy-Client-IP", "X-Varnish",
        "X-Request-Start", "CDN-Loop",
    };

    // Prefixes of headers that proxies and content delivery networks add.
    private static readonly string[] ProxyPrefixes =
    [
        "X-Forwarded", "X-Original-", "X-Envoy-", "X-Amzn-", "X-Azure-", "X-Appengine-", "X-Cloud-", "CF-", "Fastly-", "Fly-",
        "Akamai-", "CloudFront-",
    ];

    /// <summary>
    /// Returns whether a request comes from a program on this host: peer and <c>Host</c> are loopback, there is no header of a proxy, and
    /// the browser's page, if any, is of this host too.
    /// </summary>
    public static bool IsFrom(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)
        && IsLoopback(context.Request.Host.Host)
        && IsOriginHere(context.Request.Headers.Origin.ToString())
        && !context.Request.Headers.Any(static header => IsOfProxy(header.Key));

    private static bool IsOfProxy(string name) =>
        ProxyHeaders.Contains(name) || Array.Exists(ProxyPrefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static bool IsOriginHere(string origin) =>
        origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLoopback(uri.Host));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
