using System.Buffers;

namespace Notify.Server.Inboxes;

/// <summary>
/// Reads where a browser is sent after a request. Browsers and libraries read unusual addresses differently, so few are taken.
/// </summary>
internal static class RedirectTarget
{
    private static readonly SearchValues<char> AuthorityCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:");

    /// <summary>
    /// Returns whether a text is a path of this server, or an address of a page whose origin is known. Everything else could lead users
    /// from a trusted address to another website.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="request">The request, which has the server's own origin.</param>
    /// <param name="origins">The known origins.</param>
    public static bool IsKnown(string text, HttpRequest request, OriginPolicy origins) =>
        IsPath(text) || (TryReadOrigin(text, out var origin) && origins.IsKnown(origin, request));

    /// <summary>
    /// Reads the address of an item, which the backend wrote. Returns null for one that is neither http, https nor a path.
    /// </summary>
    /// <param name="text">The address.</param>
    public static string? OfItem(string? text)
    {
        if (text is null || text.Any(static c => char.IsControl(c) || c == '\\'))
        {
            return null;
        }

        // The encoded form, because a header has no other characters.
        var address = IsPath(text) && Uri.TryCreate("http://path" + text, UriKind.Absolute, out var path)
            ? path.PathAndQuery + path.Fragment
            : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
                ? new UriBuilder(uri) { Host = uri.IdnHost }.Uri.AbsoluteUri
                : null;
        return address is not null && HeaderText.IsPrintable(address) ? address : null;
    }

    // Two slashes or backslashes at the start lead to another host.
    private static bool IsPath(string text) => text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal) && IsPlain(text);

    private static bool TryReadOrigin(string text, out string origin)
    {
        origin = "";
        var scheme = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? "https://".Length
            : text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? "http://".Length
            : 0;
        if (scheme == 0 || !IsPlain(text))
        {
            return false;
        }

        var end = text.AsSpan(scheme).IndexOfAny("/?#");
        var authority = end < 0 ? text.AsSpan(scheme) : text.AsSpan(scheme, end);
        origin = text[..(scheme + authority.Length)];
        return !authority.IsEmpty && !authority.ContainsAnyExcept(AuthorityCharacters);
    }

    // Browsers remove line breaks and tabs, and take a backslash for a slash.
    private static bool IsPlain(string text) =>
        !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !text.Contains('\\', StringComparison.Ordinal);
}
