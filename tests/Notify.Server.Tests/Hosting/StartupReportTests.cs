using Notify.Server.Options;
using Notify.Server.Startup;

namespace Notify.Server.Tests.Hosting;

/// <summary>Tests the report of a started server.</summary>
public sealed class StartupReportTests
{
    private static readonly string[] AnyAddress = ["http://[::]:3000"];

    [Theory]
    [InlineData("http://[::]:3000", "http://localhost:3000/")]
    [InlineData("http://0.0.0.0:3000", "http://localhost:3000/")]
    [InlineData("https://[::]:443", "https://localhost/")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/")]
    [InlineData("http://192.0.2.7:80", "http://192.0.2.7/")]
    public void The_address_of_the_console_can_be_opened(string listening, string console) =>
        Assert.Equal(console, StartupReport.Of(Reading(), [listening]).Address);

    [Theory]
    [InlineData("enforce", "token,news:*=open")]
    [InlineData("observe", "token,news:*=open (observed only, nobody is refused)")]
    public void The_rules_and_the_mode_are_named(string mode, string access)
    {
        var report = StartupReport.Of(
            Reading(
                ("NOTIFY_ACCESS", "token,news:*=open"),
                ("NOTIFY_ACCESS_MODE", mode),
                ("NOTIFY_TOKEN_SECRET", "0123456789abcdefghijklmnopqrstuvwxyz")),
            AnyAddress);

        Assert.Equal(access, report.Access);
        Assert.Contains(report.Advice, advice => advice.Contains("join what NOTIFY_ACCESS allows", StringComparison.Ordinal));
    }

    [Fact]
    public void A_console_that_is_off_has_no_address() => Assert.Equal(
        "off (NOTIFY_CONSOLE)", StartupReport.Of(Reading(("NOTIFY_CONSOLE", "off")), AnyAddress).Address);

    [Fact]
    public void The_port_between_nodes_is_not_the_console()
    {
        var reading = Reading(
            ("NOTIFY_CLUSTER_SEEDS", "a:4053,b:4053,c:4053"),
            ("NOTIFY_CLUSTER_HOST", "a"),
            ("NOTIFY_CLUSTER_SECRET", "the secret of these nodes, long enough"),
            ("NOTIFICATION_SECRET", "another secret of this cluster"),
            ("NOTIFY_STORE", "memory"));
        Assert.True(reading.Options.Broker.Cluster.IsClustered);
        var report = StartupReport.Of(reading, ["https://[::]:4054", "http://[::]:3000"]);
        Assert.Equal("http://localhost:3000/", report.Address);
    }

    [Fact]
    public void The_defaults_say_what_to_change_and_where_the_data_is()
    {
        var report = StartupReport.Of(Reading(), AnyAddress);
        Assert.Equal(Path.GetFullPath("data/notify.db"), report.Data);
        var block = report.ToString();
        Assert.Contains($"\n{ProductVersion.Current} is ready.\n\n  Console  http://localhost:3000/\n", block, StringComparison.Ordinal);
        Assert.Contains("\n  Access   open, everybody with the key joins every channel\n", block, StringComparison.Ordinal);
        Assert.Equal(
            ["NOTIFICATION_SECRET", "NOTIFICATION_KEY", "NOTIFY_INBOX", "Connections"],
            block.Split('\n').Where(line => line.StartsWith("  * ", StringComparison.Ordinal)).Select(line => line[4..].Split(' ')[0]));
    }

    [Fact]
    public void On_loopback_the_default_secret_is_advice_and_encryption_is_none()
    {
        var report = StartupReport.Of(
            Reading(("NOTIFY_HOST", "127.0.0.1"), ("NOTIFICATION_KEY", "mine"), ("NOTIFY_INBOX", "off")), AnyAddress);
        Assert.Empty(report.Warnings);
        Assert.StartsWith("NOTIFICATION_SECRET is at its default", Assert.Single(report.Advice), StringComparison.Ordinal);
    }

    [Fact]
    public void With_everything_set_there_is_nothing_to_change()
    {
        var report = StartupReport.Of(
            Reading(
                ("NOTIFY_HOST", "127.0.0.1"),
                ("NOTIFICATION_KEY", "mine"),
                ("NOTIFICATION_SECRET", "my own secret"),
                ("NOTIFY_TOKEN_SECRET", "0123456789abcdefghijklmnopqrstuvwxyz")),
            AnyAddress);
        Assert.Empty(report.Warnings);
        Assert.Empty(report.Advice);
        Assert.DoesNotContain("Before others use it", report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("open", true)]
    [InlineData("closed", false)]
    [InlineData("closed,news:*=open", false)]
    [InlineData("closed,user:a*=open", true)]
    public void Open_inboxes_are_advice_where_the_rules_open_them(string access, bool areOpen)
    {
        var report = StartupReport.Of(Reading(("NOTIFY_ACCESS", access)), AnyAddress);
        Assert.Equal(areOpen, report.Advice.Any(advice => advice.StartsWith("NOTIFY_INBOX and", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_build_without_the_client_is_a_warning() =>
        Assert.Contains(StartupReport.NoClient, StartupReport.Of(Reading(), AnyAddress, hasClient: false).Warnings);

    [Fact]
    public void A_build_without_the_bell_is_a_warning() =>
        Assert.Contains(StartupReport.NoBell, StartupReport.Of(Reading(), AnyAddress, hasBell: false).Warnings);

    [Theory]
    [InlineData("memory", "memory", "in this process; a restart loses it")]
    [InlineData("postgres:Host=db;Username=u;Password=hidden", "PostgreSQL", "postgres:host=db;username=u;password=***")]
    [InlineData("postgres://u:hidden@db/notify", "PostgreSQL", "postgres://u:***@db/notify")]
    public void The_store_is_named_without_its_password(string store, string kind, string data)
    {
        var report = StartupReport.Of(Reading(("NOTIFY_STORE", store)), AnyAddress);
        Assert.Equal((kind, data), (report.Store, report.Data), StringPairComparer);
    }

    [Theory]
    [InlineData("1.2.3+0123456789abcdef0123", "Notify 1.2.3 (commit 0123456789ab)")]
    [InlineData("1.2.3-rc.1+abc", "Notify 1.2.3-rc.1 (commit abc)")]
    [InlineData("1.2.3", "Notify 1.2.3")]
    [InlineData("1.2.3+", "Notify 1.2.3")]
    public void The_version_has_its_commit_where_the_build_knew_it(string informational, string text) =>
        Assert.Equal(text, ProductVersion.Parse(informational).ToString());

    private static readonly IEqualityComparer<(string, string)> StringPairComparer =
        EqualityComparer<(string, string)>.Create((a, b) =>
            a.Item1 == b.Item1 && a.Item2.Equals(b.Item2, StringComparison.OrdinalIgnoreCase));

    private static OptionsReading Reading(params IEnumerable<(string Name, string Value)> environment)
    {
        var reading = NotifyOptionsLoader.Read(environment.ToDictionary(pair => pair.Name, pair => pair.Value), file: null);
        Assert.Empty(reading.Errors);
        return reading;
    }
}
