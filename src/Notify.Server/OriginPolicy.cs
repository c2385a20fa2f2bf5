namespace Notify.Server;

/// <summary>Decides which browser origins may connect. Clients that are not browsers send no origin and are always allowed.</summary>
public sealed class OriginPolicy
{
    private readonly HashSet<string> _allowed;
    private readonly OriginPattern[] _patterns;

    private OriginPolicy(IReadOnlyList<string> origins)
    {
        Origins = origins;
        _allowed = new HashSet<string>(origins.Where(static origin => !OriginPattern.Is(origin)), StringComparer.OrdinalIgnoreCase);
        _patterns = [.. origins.Where(OriginPattern.Is).Select(static pattern => new OriginPattern(pattern))];
    }

    /// <summary>Gets the policy that allows every origin, like socket.io-notify.</summary>
    public static OriginPolicy Any { get; } = new([]);

    /// <summary>Gets the allowed origins; empty when every origin is allowed.</summary>
    public IReadOnlyList<string> Origins { get; }

    /// <summary>Gets whether every origin is allowed.</summary>
    public bool AllowsAny => Origins.Count == 0;

    /// <summary>
    /// Creates a policy that allows only these origins, as browsers send them (<c>https://example.org</c>), or with all subdomains
    /// (<c>https://*.example.org</c>).
    /// </summary>
    public static OriginPolicy Only(params IReadOnlyList<string> origins) => new(origins);

    /// <summary>Returns whether an origin can be repeated in a response header.</summary>
    public static bool IsWellFormed(string origin) => HeaderText.IsPrintable(origin);

    /// <summary>
    /// Returns whether a request may be served: its origin is allowed, or is the server's own, as the console's is. The request already has
    /// the scheme and the host that a trusted proxy forwarded.
    /// </summary>
    public bool Allows(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var origin = request.Headers.Origin.ToString();
        return Allows(origin) || IsOwn(origin, request);
    }

    /// <summary>Returns whether a page of an origin may be redirected to: the origin is listed, or is the server's own.</summary>
    /// <param name="origin">The origin.</param>
    /// <param name="request">The request, which has the server's own origin.</param>
    public bool IsKnown(string origin, HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (!AllowsAny && Allows(origin)) || IsOwn(origin, request);
    }

    /// <summary>Returns whether a request with this <c>Origin</c> header may be served. The header is empty if it is missing.</summary>
    public bool Allows(string origin) => AllowsAny || origin.Length == 0 || _allowed.Contains(origin)
        || Array.Exists(_patterns, pattern => pattern.Matches(origin));

    private static bool IsOwn(string origin, HttpRequest request)
    {
        // Browsers omit the default port. Some proxies add it to the forwarded host.
        var host = request.Host.Port == (request.IsHttps ? 443 : 80) ? request.Host.Host : request.Host.Value;
        return !string.IsNullOrEmpty(host) && origin.Equals($"{request.Scheme}://{host}", StringComparison.OrdinalIgnoreCase);
    }
}
