using Notify.Server.Options;

namespace Notify.Server.Tests.Options;

public sealed class OptionValuesTests
{
    [Theory]
    [InlineData("100ms", 100)]
    [InlineData("1500ms", 1500)]
    [InlineData("30s", 30_000)]
    [InlineData("30S", 30_000)]
    [InlineData(" 1m ", 60_000)]
    public void A_duration_has_a_unit(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Load.From(("NOTIFY_SEND_TIMEOUT", text)).Broker.Channels.SendTimeout);

    [Theory]
    [InlineData("2h", 2)]
    [InlineData("7d", 168)]
    [InlineData("3650d", 87_600)]
    public void A_duration_may_be_hours_or_days(string text, int hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), Load.From(("NOTIFY_HISTORY_TTL", text)).Broker.Channels.HistoryTtl);

    [Theory]
    [InlineData("5")]
    [InlineData("5 s")]
    [InlineData("1.5s")]
    [InlineData("-5s")]
    [InlineData("5sec")]
    [InlineData("s")]
    [InlineData("99999999999999999999s")]
    [InlineData("9999999999999999d")]
    [InlineData("99ms")]
    [InlineData("61s")]
    public void Another_duration_is_refused(string text) => Assert.Equal(
        $"NOTIFY_SEND_TIMEOUT={text}: must be a duration from 100ms to 1m (a whole number and ms, s, m, h or d); "
            + "for example NOTIFY_SEND_TIMEOUT=5s",
        Load.Error(("NOTIFY_SEND_TIMEOUT", text)));

    [Theory]
    [InlineData("2000000", 2_000_000L)]
    [InlineData("1024kb", 1_048_576L)]
    [InlineData("10MB", 10_485_760L)]
    [InlineData("10gb", 10_737_418_240L)]
    public void A_size_is_bytes_or_has_a_unit(string text, long bytes) =>
        Assert.Equal(bytes, Load.From(("NOTIFY_MEMORY_MAX", text)).Broker.MemoryMax);

    [Theory]
    [InlineData("0")]
    [InlineData("1048577")]
    [InlineData("2mb")]
    [InlineData("1.5kb")]
    [InlineData("100 kb")]
    [InlineData("100k")]
    [InlineData("-1")]
    [InlineData("9999999999999gb")]
    public void Another_size_is_refused(string text) => Assert.Equal(
        $"NOTIFY_MAX_BODY={text}: must be a size from 1 to 1mb (a whole number of bytes, or of kb, mb, gb); "
            + "for example NOTIFY_MAX_BODY=100kb",
        Load.Error(("NOTIFY_MAX_BODY", text)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("8080", 8080)]
    [InlineData("65535", 65535)]
    public void A_port_is_a_number(string text, int port) => Assert.Equal(port, Load.From(("PORT", text)).Listen.Port);

    [Theory]
    [InlineData("PORT", "65536", "a whole number from 0 to 65535")]
    [InlineData("PORT", "http", "a whole number from 0 to 65535")]
    [InlineData("PORT", "+80", "a whole number from 0 to 65535")]
    [InlineData("NOTIFY_HISTORY_SIZE", "100001", "a whole number from 0 to 100000")]
    [InlineData("NOTIFY_HISTORY_SIZE", "-1", "a whole number from 0 to 100000")]
    [InlineData("NOTIFY_HISTORY_TTL", "0s", "a duration from 1s to 3650d")]
    [InlineData("NOTIFY_MEMORY_MAX", "1kb", "a size from 1mb to 1024gb")]
    [InlineData("NOTIFY_MAX_QUEUE", "1023", "a size from 1kb to 1gb")]
    [InlineData("NOTIFY_DRAIN", "8s", "a duration from 0s to 7s")]
    [InlineData("NOTIFY_INSECURE", "yes please", "1 or 0")]
    [InlineData("NOTIFY_HOST", "example.com", "an IP address of this host or localhost")]
    [InlineData("NOTIFY_HOST", "5", "an IP address of this host or localhost")]
    [InlineData("NOTIFY_ALLOWED_ORIGINS", "app.example.com", "* or a comma list of origins")]
    [InlineData("NOTIFY_ALLOWED_ORIGINS", "https://app.example.com/", "* or a comma list of origins")]
    [InlineData("NOTIFY_ALLOWED_ORIGINS", "https://a*.example.com", "* or a comma list of origins")]
    [InlineData("NOTIFY_ALLOWED_ORIGINS", "*,https://app.example.com", "* or a comma list of origins")]
    [InlineData("NOTIFY_ALLOWED_ORIGINS", "https://xn--a-ü.example", "* or a comma list of origins")]
    [InlineData("NOTIFY_ALLOWED_ORIGINS", ",", "* or a comma list of origins")]
    [InlineData("NOTIFY_ALLOWED_ORIGINS", "https://xn--99999999.example", "* or a comma list of origins")]
    [InlineData("NOTIFY_ALLOWED_ORIGINS", "https://b\u00fccher..example", "* or a comma list of origins")]
    [InlineData(
        "NOTIFY_ALLOWED_ORIGINS",
        "https://\u00fc0123456789012345678901234567890123456789012345678901234567890123456789.example",
        "* or a comma list of origins")]
    public void A_value_out_of_bounds_is_refused(string name, string text, string allowed)
    {
        var error = Load.Error((name, text));
        Assert.StartsWith($"{name}={text}: must be {allowed}", error, StringComparison.Ordinal);
        Assert.Contains($"; for example {name}=", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("[")]
    [InlineData("xn--a")]
    [InlineData("\u00ad")]
    [InlineData("\ud800")]
    [InlineData("https://\u00ad.example")]
    [InlineData("%")]
    [InlineData("https://xn--a.example")]
    [InlineData("https://[::1")]
    [InlineData("https://\ud800.example")]
    [InlineData("https://a:99999")]
    [InlineData("postgres://u:p@[::1/d")]
    [InlineData("postgres:Host=db;Port=99999999999")]
    [InlineData("postgres:Host=db;Timeout=-1;;=")]
    [InlineData("sqlite:\u0000")]
    [InlineData("a\u0000b")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("-")]
    public void No_text_makes_a_setting_throw(string text)
    {
        foreach (var name in SettingTable.All.Select(setting => setting.Name))
        {
            Dictionary<string, string>[] environments =
            [
                new() { [name] = text },
                new() { ["NOTIFY_CLUSTER_SEEDS"] = "a:1", ["NOTIFY_CLUSTER_SECRET"] = "the secret of this cluster", [name] = text },
                new() { [name + "_FILE"] = text },
                new() { ["SSL_CERT"] = text, ["SSL_KEY"] = text, [name] = text },
            ];
            foreach (var environment in environments)
            {
                Assert.NotNull(NotifyOptionsLoader.Read(environment, null));
            }
        }
    }

    [Fact]
    public void An_origin_with_an_international_name_is_kept_in_ascii() =>
        Assert.Equal(
            ["https://xn--bcher-kva.example"],
            Load.From(("NOTIFY_ALLOWED_ORIGINS", "https://b\u00fccher.example")).Connection.Origins.Origins);

    [Theory]
    [InlineData("0s", 0)]
    [InlineData("7s", 7)]
    public void A_drain_takes_up_to_seven_seconds(string text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Load.From(("NOTIFY_DRAIN", text)).Connection.Drain);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public void A_host_is_an_address(string text) => Assert.Equal(text, Load.From(("NOTIFY_HOST", text)).Listen.Host);

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("ON", true)]
    [InlineData("0", false)]
    [InlineData("False", false)]
    [InlineData("off", false)]
    [InlineData("", false)]
    public void A_flag_is_on_or_off(string text, bool value) => Assert.Equal(value, Load.From(("NOTIFY_INSECURE", text)).Access.IsInsecure);

    [Fact]
    public void Origins_are_kept_as_browsers_write_them()
    {
        var origins =
            Load.From(
                (
                    "NOTIFY_ALLOWED_ORIGINS",
                    "https://App.example.com:443, http://localhost:8080 ,capacitor://localhost,http://[::1]:81")).Connection.Origins;
        Assert.Equal(["https://app.example.com", "http://localhost:8080", "capacitor://localhost", "http://[::1]:81"], origins.Origins);
        Assert.False(origins.AllowsAny);
    }

    [Fact]
    public void An_origin_may_stand_for_all_its_subdomains()
    {
        const string Text = "https://*.Example.com:443,http://*.b\u00fccher.example:8080";
        var origins = Load.From(("NOTIFY_ALLOWED_ORIGINS", Text)).Connection.Origins;
        Assert.Equal(["https://*.example.com", "http://*.xn--bcher-kva.example:8080"], origins.Origins);
        Assert.StartsWith(
            "NOTIFY_ALLOWED_ORIGINS=https://a.*.com: must be",
            Load.Error(("NOTIFY_ALLOWED_ORIGINS", "https://a.*.com")),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "NOTIFY_ALLOWED_ORIGINS=https://*.*.com: must be",
            Load.Error(("NOTIFY_ALLOWED_ORIGINS", "https://*.*.com")),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "NOTIFY_ALLOWED_ORIGINS=https://*.: must be",
            Load.Error(("NOTIFY_ALLOWED_ORIGINS", "https://*.")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_previous_secret_is_not_the_one_that_everybody_knows()
    {
        Assert.Equal("old", Load.From(("NOTIFICATION_SECRET", "new"), ("NOTIFICATION_SECRET_PREVIOUS", "old")).Access.PreviousSecret);
        Assert.StartsWith(
            "NOTIFICATION_SECRET_PREVIOUS (value not shown): must not be the default secret",
            Load.Error(("NOTIFICATION_SECRET", "new"), ("NOTIFICATION_SECRET_PREVIOUS", "NOTIFICATION_SECRET")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_is_memory_a_file_or_a_database()
    {
        Assert.Equal("memory", Load.From(("NOTIFY_STORE", "memory")).Store.Location);
        Assert.Equal("sqlite:/var/lib/notify/a b.db", Load.From(("NOTIFY_STORE", "sqlite:/var/lib/notify/a b.db")).Store.Location);
        Assert.StartsWith("NOTIFY_STORE=sqlite:: must be", Load.Error(("NOTIFY_STORE", "sqlite:")), StringComparison.Ordinal);
        Assert.Equal("Host=db;Password=p", Load.From(("NOTIFY_STORE", "postgres:Host=db;Password=p")).Store.PostgresAddress);
        Assert.Equal("postgres://u:p@db/d", Load.From(("NOTIFY_STORE", "postgres://u:p@db/d")).Store.PostgresAddress);
        Assert.Equal("postgresql://u:p@db/d", Load.From(("NOTIFY_STORE", "postgresql://u:p@db/d")).Store.PostgresAddress);
        var error = Load.Error(("NOTIFY_STORE", "postgres:Username=u;Password=s3cret"));
        Assert.StartsWith(
            "NOTIFY_STORE=postgres:username=u;password=***: must be memory, sqlite: and the path of a file, or postgres: "
                + "and a connection string",
            error,
            StringComparison.Ordinal);
        Assert.EndsWith("for example NOTIFY_STORE=sqlite:data/notify.db", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memroy", "memroy")]
    [InlineData("sqlit:data/notify.db", "sqlit:data/notify.db")]
    [InlineData("postgres:Hots=db;Username=u;Password=\"s3;c\"\"ret\"", "postgres:hots=db;username=u;password=***")]
    [InlineData("postgres:Hots=db;PWD=s3//cret;SSL Password=s3cret2", "postgres:hots=db;pwd=***;ssl password=***")]
    [InlineData("postgres://u:s3cr@et@db:5432/n?sslmode=requite&password=s3cret", "postgres://u:***@db:5432/n?***")]
    [InlineData("postgres:postgres://u:s3cret@db/n?sslmode=requite", "postgres:postgres://u:***@db/n?***")]
    [InlineData("postgresql://u:s3//cr?et@db/n", "postgresql://u:***@db/n")]
    [InlineData("postgres://u@db/n?password=s3@cret&colour=s3cret", "postgres://u:***@cret?***")]
    [InlineData("redis://u@cache/7", "redis://u@cache/7")]
    [InlineData("redis://:s3cret@cache", "redis://:***@cache")]
    [InlineData("postgres:Password=s3cret;x", "postgres:***")]
    [InlineData("Password=s3cret", "password=***")]
    public void A_store_is_shown_without_its_passwords(string text, string shown)
    {
        Assert.Equal(shown, StoreText.Redact(text));
        Assert.StartsWith($"NOTIFY_STORE={shown}: must be", Load.Error(("NOTIFY_STORE", text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" s3cret")]
    [InlineData("s3cret\t")]
    [InlineData("s3\ncret")]
    public void A_secret_that_no_header_can_carry_is_refused_and_not_shown(string secret)
    {
        var error = Load.Error(("NOTIFICATION_SECRET", secret));
        Assert.StartsWith("NOTIFICATION_SECRET (value not shown): must be text without", error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_of_ones_own_is_not_the_default()
    {
        var access = Load.From(("NOTIFICATION_KEY", " K 1"), ("NOTIFICATION_SECRET", "S1")).Access;
        Assert.Equal((" K 1", "S1", false), (access.Key, access.Secret, access.IsSecretDefault));
    }
}
