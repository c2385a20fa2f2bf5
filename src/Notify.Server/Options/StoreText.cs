using System.Data.Common;

namespace Notify.Server.Options;

/// <summary>Parses the store setting: a kind, and after a colon a path or a connection string.</summary>
internal static class StoreText
{
    private const string Hidden = "***";

    private static readonly string[] SecretNames = ["password", "passwd", "pwd", "secret", "token"];

    /// <summary>
    /// Returns the text without the passwords of its connection string. A text that cannot be parsed is hidden completely.
    /// </summary>
    public static string Redact(string text)
    {
        if (!text.AsSpan().ContainsAny("=@;?"))
        {
            return text;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? "" : text[..(colon + 1)];
        var rest = text[kind.Length..];
        return IsUri(rest) ? RedactUri(text) : kind + RedactMembers(rest);
    }

    // A URI may also follow another kind. The password in a connection string, which follows a =, may contain slashes as well.
    private static bool IsUri(string text) =>
        text.IndexOf("//", StringComparison.Ordinal) is >= 0 and var slashes && !text.AsSpan(0, slashes).Contains('=');

    private static string RedactUri(string text)
    {
        // Everything up to the last @ may be a password with any characters.
        var begin = text.IndexOf("//", StringComparison.Ordinal) + 2;
        var at = text.LastIndexOf('@');
        if (at < begin)
        {
            at = begin - 1;
        }

        var user = text[begin..(at + 1)];
        var end = user.AsSpan().IndexOfAny(":/@?&");
        var shown = end < 0 || end == user.Length - 1 ? user : user[..end] + ":" + Hidden + "@";
        var rest = text[(at + 1)..];
        var query = rest.AsSpan().IndexOfAny('?', '&');
        return text[..begin] + shown + (query < 0 ? rest : rest[..query] + "?" + Hidden);
    }

    private static string RedactMembers(string text)
    {
        try
        {
            var members = new DbConnectionStringBuilder { ConnectionString = text };
            foreach (var name in members.Keys.Cast<string>().ToArray())
            {
                if (IsSecret(name))
                {
                    members[name] = Hidden;
                }
            }

            return members.ConnectionString;
        }
        catch (ArgumentException)
        {
            return Hidden;
        }
    }

    private static bool IsSecret(string name) =>
        SecretNames.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
