using System.Globalization;
using System.Net;
using Notify.Broker.Clustering;
using Notify.Server.Limits;
using Notify.Storage;

namespace Notify.Server.Options;

/// <summary>Defines the kinds of values that settings have.</summary>
internal static class SettingKinds
{
    private static readonly string[] On = ["1", "true", "on"];
    private static readonly string[] Off = ["0", "false", "off"];

    /// <summary>Gets the kind for a switch.</summary>
    public static SettingKind<bool> Flag { get; } = new(
        "1 or 0 (also true, false, on, off)", TryParseFlag, static value => value ? "1" : "0");

    /// <summary>Gets the kind for the sessions that can be recovered.</summary>
    public static SettingKind<RecoveryMode> Recovery { get; } = new(
        "ask, on or off (also true, false, 1, 0)",
        TryParseRecovery,
        static value => value switch { RecoveryMode.On => "on", RecoveryMode.Off => "off", _ => "ask" });

    /// <summary>Gets the kind for any text.</summary>
    public static SettingKind<string> Text { get; } = new(
        "any text", static (text, out value) => (value = text) is not null, static value => value);

    /// <summary>Gets the kind for a text that an HTTP header transmits unchanged.</summary>
    public static SettingKind<string> HeaderText { get; } = new(
        "text without control characters and without white space at either end, because it travels in an HTTP header",
        static (text, out value) => (value = text).Trim() == text && !text.Any(char.IsControl),
        static value => value);

    /// <summary>Gets the kind for the path of a file. The reader of the file checks whether it exists.</summary>
    public static SettingKind<string?> FilePath { get; } = new(
        "the path of a PEM file that exists and may be read",
        static (text, out value) => (value = text) is not null,
        static value => value ?? "");

    /// <summary>Gets the kind for a listening address.</summary>
    public static SettingKind<string?> Host { get; } = new(
        "an IP address of this host or localhost",
        static (text, out value) => IsHost(value = text),
        static value => value ?? "");

    /// <summary>Gets the kind for an address to listen on beside the main one.</summary>
    public static SettingKind<IPEndPoint?> EndPoint { get; } = new(
        "a port, 1 to 65535, for programs on this host, or an IP address and a port, such as 0.0.0.0:9090 or [::]:9090",
        static (text, out value) =>
        {
            value = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? new IPEndPoint(IPAddress.Loopback, port)
                : IPEndPoint.TryParse(text, out var endpoint) ? endpoint : null;
            return value is { Port: > 0 };
        },
        static value => value?.ToString() ?? "");

    /// <summary>Gets the kind for a store.</summary>
    public static SettingKind<string> Store { get; } = new(
        "memory, sqlite: and the path of a file, or postgres: "
            + "and a connection string (Host=db;Username=notify;Password=...;Database=notify) or a URI "
            + "(postgres://user:password@host:port/database)",
        static (text, out value) => IsStore(value = text),
        static value => value);

    /// <summary>Gets the kind for web origins.</summary>
    public static SettingKind<OriginPolicy> Origins { get; } = new(
        "* or a comma list of origins (scheme and host, a port where it is not the usual one, no path; "
            + "https://*.example.com for all subdomains)",
        static (text, out value) =>
        {
            var isRead = Options.Origins.TryParse(text, out var origins);
            value = OriginPolicy.Only(origins);
            return isRead;
        },
        static value => value.AllowsAny ? "*" : string.Join(',', value.Origins));

    /// <summary>Gets the kind for proxies.</summary>
    public static SettingKind<TrustedProxies> Proxies { get; } = new(
        "a comma list of IP addresses, networks such as 10.0.0.0/8, and the word loopback",
        TrustedProxies.TryParse,
        static value => string.Join(',', value.Networks));

    /// <summary>Gets the kind for a name or an address at which others connect.</summary>
    public static SettingKind<string?> Name { get; } = new(
        "a host name or an IP address of one host, at which the others reach it (not 0.0.0.0, ::, a broadcast or a multicast address)",
        static (text, out value) => NodeAddress.IsHost(value = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text),
        static value => value ?? "");

    /// <summary>Gets the kind for cluster nodes.</summary>
    public static SettingKind<IReadOnlyList<NodeAddress>> Nodes { get; } = new(
        "a comma list of host:port, each with the name or the IP address of one host",
        static (text, out value) =>
        {
            var nodes = new List<NodeAddress>();
            foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (!NodeAddress.TryParse(part, out var node))
                {
                    value = [];
                    return false;
                }

                nodes.Add(node);
            }

            value = nodes;
            return nodes.Count > 0;
        },
        static value => string.Join(',', value));

    /// <summary>Creates a kind for a whole number within limits.</summary>
    public static SettingKind<int> Integer(int least, int most) => new(
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"),
        (text, out value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most,
        static value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Creates a kind for a number of times each second within limits. 0 is no limit.</summary>
    public static SettingKind<TokenRate> Rate(int least, int most, int burstSeconds)
    {
        var number = Integer(least, most);
        return new(
            number.Allowed,
            (text, out value) =>
            {
                var isRead = number.TryRead(text, out var perSecond);
                value = perSecond == 0 ? default : new TokenRate(perSecond, burstSeconds);
                return isRead;
            },
            value => number.Write(value.PerSecond));
    }

    /// <summary>Creates a kind for a duration within limits.</summary>
    public static SettingKind<TimeSpan> Duration(TimeSpan least, TimeSpan most) => new(
        $"a duration from {DurationText.Format(least)} to {DurationText.Format(most)} (a whole number and ms, s, m, h or d)",
        (text, out value) => DurationText.TryParse(text, out value) && value >= least && value <= most,
        DurationText.Format);

    /// <summary>Creates a kind for a size in bytes within limits.</summary>
    public static SettingKind<long> Size(long least, long most) => new(
        $"a size from {SizeText.Format(least)} to {SizeText.Format(most)} (a whole number of bytes, or of kb, mb, gb)",
        (text, out value) => SizeText.TryParse(text, out value) && value >= least && value <= most,
        SizeText.Format);

    private static bool TryParseFlag(string text, out bool value)
    {
        value = On.Contains(text, StringComparer.OrdinalIgnoreCase);
        return value || Off.Contains(text, StringComparer.OrdinalIgnoreCase);
    }

    private static bool TryParseRecovery(string text, out RecoveryMode value)
    {
        if (text.Equals("ask", StringComparison.OrdinalIgnoreCase))
        {
            value = RecoveryMode.Ask;
            return true;
        }

        var isRead = TryParseFlag(text, out var isOn);
        value = isOn ? RecoveryMode.On : RecoveryMode.Off;
        return isRead;
    }

    private static bool IsStore(string text) => text == "memory"
        || (text.StartsWith(StoreOptions.SqlitePrefix, StringComparison.Ordinal) && text.Length > StoreOptions.SqlitePrefix.Length)
        || (StoreOptions.PostgresAddressOf(text) is { } address && HistoryStores.IsPostgresAddress(address));

    // IPAddress also parses plain numbers such as 5, which operators never intend as an address.
    private static bool IsHost(string text) =>
        text == "localhost"
        || (IPAddress.TryParse(text, out _) && (text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3));
}
