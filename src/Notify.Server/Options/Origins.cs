using System.Buffers;
using System.Globalization;

namespace Notify.Server.Options;

/// <summary>Parses a list of web origins and normalizes them to the form that browsers send.</summary>
internal static class Origins
{
    private static readonly IdnMapping Names = new();
    private static readonly SearchValues<char> NotInOrigin = SearchValues.Create("/?#@* ");

    /// <summary>Parses <c>*</c> (an empty list) or a comma-separated list of origins. Returns false when an origin is invalid.</summary>
    public static bool TryParse(string text, out IReadOnlyList<string> origins)
    {
        origins = [];
        if (text == "*")
        {
            return true;
        }

        var list = new List<string>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryNormalize(part, out var origin))
            {
                return false;
            }

            list.Add(origin);
        }

        origins = list;
        return list.Count > 0;
    }

    private static bool TryNormalize(string text, out string origin)
    {
        var scheme = text.IndexOf(OriginPattern.AnySubdomain, StringComparison.Ordinal);
        if (scheme <= 0)
        {
            return TryNormalizeExact(text, out origin);
        }

        // The part after the wildcard must be a valid host.
        var withoutStar = string.Concat(text.AsSpan(0, scheme), "://", text.AsSpan(scheme + OriginPattern.AnySubdomain.Length));
        var isRead = TryNormalizeExact(withoutStar, out origin);
        origin = origin.Replace("://", OriginPattern.AnySubdomain, StringComparison.Ordinal);
        return isRead;
    }

    private static bool TryNormalizeExact(string text, out string origin)
    {
        origin = "";
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0
            || text.AsSpan(scheme + 3).ContainsAny(NotInOrigin)
            || !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Host.Length == 0)
        {
            return false;
        }

        if (AsciiHost(uri) is not { } host)
        {
            return false;
        }

        origin = $"{uri.Scheme}://{host}" + (uri.IsDefaultPort ? "" : $":{uri.Port}");
        return true;
    }

    // Browsers send names in ASCII. Some of the framework's methods throw for names that have no ASCII form.
    private static string? AsciiHost(Uri uri)
    {
        if (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6)
        {
            return uri.Host;
        }

        try
        {
            var host = uri.IdnHost;
            var isName = Uri.CheckHostName(host) != UriHostNameType.Unknown
                && Names.GetAscii(Names.GetUnicode(host)).Equals(host, StringComparison.OrdinalIgnoreCase);
            return isName ? host : null;
        }
        catch (Exception exception) when (exception is UriFormatException or ArgumentException)
        {
            return null;
        }
    }
}
