using System.Text.RegularExpressions;

namespace Notify.Server.Options;

/// <summary>Tells names that are ours from names that look like ours: misspelt ones, and those that platforms inject.</summary>
internal static partial class SettingNames
{
    private const string ExampleFile = "/run/secrets/value";

    // systemd's socket, and where scripts that start the server keep the path of the program.
    private static readonly HashSet<string> Others = new(StringComparer.Ordinal) { "NOTIFY_SOCKET", "NOTIFY_DLL" };

    private static readonly Dictionary<string, string> Examples = SettingTable.All
        .SelectMany(setting => setting.MayBeFile ? [(setting.Name, setting.Example), (setting.FileName, ExampleFile)] : new[] { (setting.Name, setting.Example) })
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>Whether the name is one of ours.</summary>
    public static bool IsKnown(string name) => Examples.ContainsKey(name);

    /// <summary>Whether an environment variable claims to be ours, so that it must be known.</summary>
    public static bool IsClaimed(string name) =>
        (name.StartsWith("NOTIFY_", StringComparison.Ordinal) || name.StartsWith("NOTIFICATION_", StringComparison.Ordinal))
        && !Others.Contains(name)
        && !Injected().IsMatch(name);

    /// <summary>The known name that takes the fewest changes of a letter, and a right value of it.</summary>
    public static string NearestExample(string name)
    {
        var (nearest, example) = Examples.MinBy(known => EditDistance.Between(known.Key, name));
        return $"{nearest}; for example {nearest}={example}";
    }

    // What Kubernetes and Docker links set in every container when a service is called notify, notify-something or notification.
    [GeneratedRegex("^(NOTIFY|NOTIFICATION)(_.*)?_(SERVICE_(HOST|PORT).*|PORT(_.*)?)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Injected();
}
