using System.Data.Common;
using System.Text.RegularExpressions;

namespace Notify.Server.Options;

/// <summary>Where notifications are kept, as an operator writes it: a kind, and behind a colon a path or a connection string.</summary>
internal static partial class StoreText
{
    private const string Hidden = "***";

    private static readonly string[] SecretNames = ["password", "passwd", "pwd", "secret", "token"];

    /// <summary>The text without the passwords of its connection string; what cannot be taken apart is hidden as a whole.</summary>
    public static string Redact(string text)
    {
        if (!text.AsSpan().ContainsAny("=@;?"))
        {
            return text;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? "" : text[..(colon + 1)];
        var rest = text[kind.Length..];
        return rest.StartsWith("//", StringComparison.Ordinal) ? RedactUri(text) : kind + RedactMembers(rest);
    }

    private static string RedactUri(string text)
    {
        var query = text.IndexOf('?', StringComparison.Ordinal);
        var shown = query < 0 ? text : text[..query] + "?" + Hidden;
        return Password().Replace(shown, "${user}" + Hidden + "@");
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

    // Up to the last @, because passwords are not always encoded.
    [GeneratedRegex("(?<user>//[^:/@]*:).*@", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Password();
}
