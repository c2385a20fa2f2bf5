using System.Buffers;

namespace Notify.Server.Options;

/// <summary>Reads a list of web origins into the form in which browsers send them.</summary>
internal static class Origins
{
    private static readonly SearchValues<char> NotInOrigin = SearchValues.Create("/?#@* ");

    /// <summary>Reads <c>*</c> (an empty list) or origins between commas; false when one is no origin.</summary>
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
        origin = "";
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0 || text.AsSpan(scheme + 3).ContainsAny(NotInOrigin) || !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return false;
        }

        try
        {
            var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
            origin = $"{uri.Scheme}://{host}" + (uri.IsDefaultPort ? "" : $":{uri.Port}");
            return true;
        }
        catch (UriFormatException)
        {
            // A name that is none by the rules of IDN is found out only here.
            return false;
        }
    }
}
