using System.Net;
using System.Text;
using Notify.Protocol.Tokens;
using Notify.Server.Options;
using Notify.Storage;

namespace Notify.Server.Startup;

/// <summary>Describes the started server to an operator: the console, the data, and the settings to change before others use it.</summary>
/// <param name="Version">The build.</param>
/// <param name="Address">The URL of the console on this host, or that it is off.</param>
/// <param name="Store">The kind of store.</param>
/// <param name="Data">The place of the data.</param>
/// <param name="Warnings">Probable mistakes.</param>
/// <param name="Advice">Settings that are fine for a trial, but not for production.</param>
internal sealed record StartupReport(
    ProductVersion Version, string Address, string Store, string Data, IReadOnlyList<string> Warnings, IReadOnlyList<string> Advice)
{
    /// <summary>Warns that the build found no npm.</summary>
    public const string NoClient =
        "The Socket.IO client is not part of this build, so /socket.io/socket.io.js sends pages to the public CDN cdn.socket.io; "
        + "to serve it from here, install Node.js with npm and build again";

    /// <summary>Warns that the build found no npm to build the bell with.</summary>
    public const string NoBell =
        "The bell is not part of this build, so nothing is at /client/; to serve it, install Node.js with npm and build again";

    private const string DefaultKey =
        "NOTIFICATION_KEY is at its default, so everybody who reaches this port may join channels and read their history; "
        + "set it to a text of your own";

    private const string DefaultKeyWithRules =
        "NOTIFICATION_KEY is at its default, so everybody who reaches this port may connect, and join what NOTIFY_ACCESS allows without "
        + "a token; set it to a text of your own";

    private const string DefaultSecret =
        "NOTIFICATION_SECRET is at its default, so only programs on this host may send; "
        + "set it to a secret of your own before other hosts send";

    private const string NoTls =
        "Connections are not encrypted; put a proxy that speaks HTTPS in front, or set SSL_CERT and SSL_KEY";

    private const string OpenInboxes =
        "NOTIFY_INBOX and NOTIFICATION_KEY open the inbox of every user to everybody with the key, who may also mark and delete; "
        + "set NOTIFY_TOKEN_SECRET, or NOTIFY_INBOX=off if you need no inboxes";

    /// <summary>Describes a server that listens.</summary>
    /// <param name="reading">The settings in effect.</param>
    /// <param name="addresses">The addresses that the server listens on.</param>
    /// <param name="hasClient">Whether the build holds the Socket.IO client.</param>
    /// <param name="hasBell">Whether the build holds the bell.</param>
    public static StartupReport Of(OptionsReading reading, IEnumerable<string> addresses, bool hasClient = true, bool hasBell = true)
    {
        var options = reading.Options;
        var (store, data) = Describe(options.Store);
        return new StartupReport(
            ProductVersion.Current,
            options.Console.IsOn ? AddressOf(addresses, options) : "off (NOTIFY_CONSOLE)",
            store,
            data,
            [.. reading.Warnings, .. hasClient ? (string[])[] : [NoClient], .. hasBell ? (string[])[] : [NoBell]],
            [.. AdviceFor(options)])
        {
            Access = Describe(options.Access),
        };
    }

    /// <summary>Gets who may join channels.</summary>
    public string Access { get; private init; } = "";

    /// <summary>Writes the report as a block for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"""

            {Version} is ready.

              Console  {Address}
              Access   {Access}
              Store    {Store}
              Data     {Data}


            """);
        if (Warnings.Count + Advice.Count > 0)
        {
            text.Append("Before others use it:\n\n");
            foreach (var line in Warnings.Concat(Advice))
            {
                text.Append($"  * {line}.\n");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> AdviceFor(NotifyOptions options)
    {
        if (options.Access.IsKeyDefault)
        {
            yield return options.Access.Rules.IsOpen ? DefaultKey : DefaultKeyWithRules;
        }

        // On every other address the default secret is a warning of the settings.
        if (options.Access.AcceptsDefaultSecret && options.Listen.IsLoopback)
        {
            yield return DefaultSecret;
        }

        if (!options.Token.HasKeys && options.Broker.Channels.Inboxes.Any(inbox => IsOpen(inbox, options.Access.Rules)))
        {
            yield return OpenInboxes;
        }

        if (options.Listen is { IsTls: false, IsLoopback: false })
        {
            yield return NoTls;
        }
    }

    private static bool IsOpen(ChannelPattern channels, AccessRules rules) =>
        rules.Find(channels.Literal).Rule == AccessRule.Open
        || rules.Patterns.Any(rule =>
            rule.Value == AccessRule.Open && rule.Key.Literal.StartsWith(channels.Literal, StringComparison.Ordinal));

    private static string Describe(AccessOptions access) =>
        access.Rules.IsOpen ? "open, everybody with the key joins every channel"
        : access.Mode == AccessMode.Observe ? $"{access.Rules} (observed only, nobody is refused)"
        : access.Rules.ToString();

    private static (string Store, string Data) Describe(StoreOptions store)
    {
        if (store.SqliteFile is { } file)
        {
            return ("SQLite, one file for one node", HistoryStores.PathOf(file));
        }

        return store.PostgresAddress is null
            ? ("memory", "in this process; a restart loses it")
            : ("PostgreSQL", StoreText.Redact(store.Location));
    }

    // The port between nodes has no console, that of operators has another one, and nobody can open the address that stands for all
    // interfaces.
    private static string AddressOf(IEnumerable<string> addresses, NotifyOptions options)
    {
        var cluster = options.Broker.Cluster;
        var urls = addresses.Select(static address => new UriBuilder(address));
        var url = urls.First(url => (!cluster.IsClustered || url.Port != cluster.HttpPort) && url.Port != options.Listen.Admin?.Port);
        var isAny = IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any));
        url.Host = isAny ? "localhost" : url.Host;
        return url.Uri.AbsoluteUri;
    }
}
