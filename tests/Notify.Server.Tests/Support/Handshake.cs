using System.Text.RegularExpressions;

namespace Notify.Server.Tests.Support;

/// <summary>Finds the session's id in an open packet, however it is framed.</summary>
internal static partial class Handshake
{
    public static string Id(string text)
    {
        var match = SessionId().Match(text);
        Assert.True(match.Success, "no open packet: " + text);
        return match.Value;
    }

    public static string WithoutId(string text) => SessionId().Replace(text, "SID");

    [GeneratedRegex("(?<=0\\{[\\\\\"]+sid[\\\\\"]+:[\\\\\"]+)[A-Za-z0-9_-]{20}", RegexOptions.None, 1000)]
    private static partial Regex SessionId();
}
