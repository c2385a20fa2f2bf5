using System.Net;
using System.Text.RegularExpressions;
using Notify.Server.Limits;

namespace Notify.Server.Options;

/// <summary>Defines the kinds of values that the settings of access have.</summary>
internal static partial class AccessSettingKinds
{
    /// <summary>The headers of a handshake that a request to the backend may repeat.</summary>
    private static readonly string[] Forwardable = ["Cookie", "Authorization", "User-Agent", "Accept-Language"];

    /// <summary>Gets the kind for the rules of channels.</summary>
    public static SettingKind<AccessRules> Rules { get; } = new(
        "a rule (open, user, token, ask or closed), and a comma list of PATTERN=RULE; a pattern is a channel name, or a prefix and *; "
            + $"at most {AccessRules.MaxRules}, each once",
        AccessRules.TryParse,
        static value => value.ToString());

    /// <summary>Gets the kind for the mode of the rules.</summary>
    public static SettingKind<AccessMode> Mode { get; } = new(
        "enforce or observe",
        static (text, out value) =>
        {
            value = text.Equals("observe", StringComparison.OrdinalIgnoreCase) ? AccessMode.Observe : AccessMode.Enforce;
            return value == AccessMode.Observe || text.Equals("enforce", StringComparison.OrdinalIgnoreCase);
        },
        static value => value == AccessMode.Observe ? "observe" : "enforce");

    /// <summary>Gets the kind for the path of any file.</summary>
    public static SettingKind<string?> Path { get; } = new(
        "the path of a file", static (text, out value) => (value = text) is not null, static value => value ?? "");

    /// <summary>Gets the kind for the place of a JSON Web Key Set.</summary>
    public static SettingKind<string?> Jwks { get; } = new(
        "an https:// URL, an http:// URL of this host, or the path of a JSON file",
        static (text, out value) =>
        {
            value = text;
            return !text.Contains("://", StringComparison.Ordinal) || IsUrl(text, static host => IsLoopback(host));
        },
        static value => value ?? "");

    /// <summary>Gets the kind for the name of the claim with the user.</summary>
    public static SettingKind<string> Claim { get; } = new(
        "1 to 64 letters, digits and _ . : / -", static (text, out value) => ClaimName().IsMatch(value = text), static value => value);

    /// <summary>Gets the kind for the name of a cookie.</summary>
    public static SettingKind<string> Cookie { get; } = new(
        "the name of a cookie, for example __Host-notify",
        static (text, out value) => CookieName().IsMatch(value = text),
        static value => value);

    /// <summary>Gets the kind for the URL of the backend that is asked about joins.</summary>
    public static SettingKind<Uri?> AuthorizeUrl { get; } = new(
        "an https:// URL, or an http:// URL of this host or of a private address",
        static (text, out value) =>
        {
            value = IsUrl(text, static host => IsLoopback(host) || (IPAddress.TryParse(host, out var ip) && TrustedProxies.IsPrivate(ip)))
                ? new Uri(text)
                : null;
            return value is not null;
        },
        static value => value?.AbsoluteUri ?? "");

    /// <summary>Gets the kind for a secret that signs requests, in the form of Standard Webhooks.</summary>
    public static SettingKind<string> WebhookSecret { get; } = new(
        "whsec_ and the base64 of 24 to 64 random bytes; for example whsec_ and the output of: openssl rand -base64 32",
        static (text, out value) => TryDecode(value = text, out _),
        static value => value);

    /// <summary>Gets the kind for the headers that a request to the backend repeats.</summary>
    public static SettingKind<IReadOnlyList<string>> Headers { get; } = new(
        "a comma list of " + string.Join(", ", Forwardable),
        static (text, out value) =>
        {
            var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            value = [.. Forwardable.Where(name => names.Contains(name, StringComparer.OrdinalIgnoreCase))];
            return names.Length > 0 && names.All(name => Forwardable.Contains(name, StringComparer.OrdinalIgnoreCase));
        },
        static value => string.Join(',', value));

    /// <summary>Decodes a secret that signs requests. Returns false when the form is wrong.</summary>
    public static bool TryDecode(string text, out byte[] key)
    {
        const string Prefix = "whsec_";
        var buffer = new byte[96];
        var isRead = Convert.TryFromBase64String(text.Replace(Prefix, "", StringComparison.Ordinal), buffer, out var length);
        key = isRead && text.StartsWith(Prefix, StringComparison.Ordinal) ? buffer[..length] : [];
        return key.Length is >= 24 and <= 64;
    }

    private static bool IsUrl(string text, Func<string, bool> mayBePlain) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && mayBePlain(uri.DnsSafeHost)))
        && uri.UserInfo.Length == 0;

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var ip) && IPAddress.IsLoopback(ip));

    [GeneratedRegex("^[A-Za-z0-9_.:/-]{1,64}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ClaimName();

    // RFC 6265: a token of RFC 9110.
    [GeneratedRegex("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CookieName();
}
