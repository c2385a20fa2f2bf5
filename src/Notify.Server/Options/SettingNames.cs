using System.Text.RegularExpressions;

namespace Notify.Server.Options;

/// <summary>Distinguishes the names of settings from similar names: misspelled ones, and those that platforms set.</summary>
internal static partial class SettingNames
{
    private const string ExampleFile = "/run/secrets/value";

    // systemd's socket, a name that start scripts use for the path of the program, and the address that the commands read.
    private static readonly HashSet<string> Others = new(StringComparer.Ordinal) { "NOTIFY_SOCKET", "NOTIFY_DLL", "NOTIFY_URL" };

    private static readonly Dictionary<string, string> Examples = SettingTable.All
            .SelectMany(setting => setting.MayBeFile
                ? [(setting.Name, setting.Example), (setting.FileName, ExampleFile)]
                : new[] { (setting.Name, setting.Example) })
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>Returns whether the name is a setting.</summary>
    public static bool IsKnown(string name) => Examples.ContainsKey(name);

    /// <summary>Returns whether the name of an environment variable looks like a setting, so that it must be a known one.</summary>
    public static bool IsClaimed(string name) =>
        (name.StartsWith("NOTIFY_", StringComparison.Ordinal) || name.StartsWith("NOTIFICATION_", StringComparison.Ordinal))
        && !Others.Contains(name)
        && !Injected().IsMatch(name);

    /// <summary>Returns the setting with the smallest edit distance, and an example value.</summary>
    public static string NearestExample(string name)
    {
        var (nearest, example) = Examples.MinBy(known => EditDistance.Between(known.Key, name));
        return $"{nearest}; for example {nearest}={example}";
    }

    // The names that Kubernetes and Docker links set in every container when a service is called notify, notify-something or notification.
    [GeneratedRegex(
        "^(NOTIFY|NOTIFICATION)(_.*)?_(SERVICE_(HOST|PORT).*|PORT(_.*)?)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Injected();
}
