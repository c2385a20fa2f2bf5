namespace Notify.Server;

/// <summary>Which browser origins may connect. What is no browser sends no origin and is not concerned.</summary>
public sealed class OriginPolicy
{
    private readonly HashSet<string>? _allowed;
    private readonly OriginPattern[] _patterns;

    private OriginPolicy(HashSet<string>? allowed, OriginPattern[] patterns)
    {
        _allowed = allowed;
        _patterns = patterns;
    }

    /// <summary>Every origin, as the original.</summary>
    public static OriginPolicy Any { get; } = new(null, []);

    /// <summary>These origins only, each as browsers send it, <c>https://example.org</c>, or all subdomains of one, <c>https://*.example.org</c>.</summary>
    public static OriginPolicy Only(IEnumerable<string> origins)
    {
        var all = origins.ToLookup(OriginPattern.Is);
        return new(new HashSet<string>(all[false], StringComparer.OrdinalIgnoreCase), [.. all[true].Select(static pattern => new OriginPattern(pattern))]);
    }

    /// <summary>Whether an origin can be echoed in a header at all.</summary>
    public static bool IsWellFormed(string origin) => HeaderText.IsPrintable(origin);

    /// <summary>
    /// Whether a request may be served: its origin is allowed, or it is the server's own, as that of the console, wherever the server is
    /// reached. Forwarded schemes and hosts are those of the request by now, where a trusted proxy wrote them.
    /// </summary>
    public bool Allows(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var origin = request.Headers.Origin.ToString();
        return Allows(origin) || IsOwn(origin, request);
    }

    /// <summary>Whether a request with this <c>Origin</c> header, empty when there is none, may be served.</summary>
    public bool Allows(string origin) => _allowed is null || origin.Length == 0 || _allowed.Contains(origin)
        || Array.Exists(_patterns, pattern => pattern.Matches(origin));

    private static bool IsOwn(string origin, HttpRequest request)
    {
        // Browsers leave the default port out; some proxies add it to the host that they pass on.
        var host = request.Host.Port == (request.IsHttps ? 443 : 80) ? request.Host.Host : request.Host.Value;
        return !string.IsNullOrEmpty(host) && origin.Equals($"{request.Scheme}://{host}", StringComparison.OrdinalIgnoreCase);
    }
}
