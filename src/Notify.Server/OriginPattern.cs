using System.Buffers;

namespace Notify.Server;

/// <summary>
/// Matches the origins of all subdomains: <c>https://*.example.com</c>, of any depth, but not <c>https://example.com</c> itself.
/// </summary>
/// <param name="pattern">The pattern.</param>
internal sealed class OriginPattern(string pattern)
{
    /// <summary>The wildcard for the subdomains, with the separator after the scheme.</summary>
    public const string AnySubdomain = "://*.";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private readonly string _scheme = pattern[..(pattern.IndexOf(AnySubdomain, StringComparison.Ordinal) + "://".Length)];
    private readonly string _domain = pattern[(pattern.IndexOf(AnySubdomain, StringComparison.Ordinal) + AnySubdomain.Length - 1)..];

    /// <summary>Returns whether an origin is a pattern.</summary>
    public static bool Is(string origin) => origin.Contains(AnySubdomain, StringComparison.Ordinal);

    /// <summary>Returns whether a browser's origin matches.</summary>
    public bool Matches(string origin)
    {
        if (origin.Length <= _scheme.Length + _domain.Length
            || !origin.StartsWith(_scheme, StringComparison.OrdinalIgnoreCase)
            || !origin.EndsWith(_domain, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var subdomain = origin.AsSpan(_scheme.Length, origin.Length - _scheme.Length - _domain.Length);
        return subdomain[0] != '.' && subdomain[^1] != '.' && !subdomain.ContainsAnyExcept(NameCharacters);
    }
}
