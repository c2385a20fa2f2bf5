using Microsoft.Extensions.Configuration;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Options;

public sealed class OptionSourcesTests
{
    [Fact]
    public void The_environment_comes_before_the_file()
    {
        const string File = """{"Notify":{"PORT":8080,"NOTIFY_MAX_QUEUE":"2mb","NOTIFY_INSECURE":true},"Logging":{"X":"y"}}""";
        var options = Load.FromFile(File, ("PORT", "9090"), ("NOTIFY_MAX_QUEUE", ""));
        Assert.Equal((9090, 2 * 1024 * 1024, true), (options.Listen.Port, options.Connection.MaxQueue, options.Access.IsInsecure));
    }

    [Fact]
    public void An_error_in_the_file_says_so() => Assert.Equal(
        ["PORT=x (in section Notify of appsettings.json): must be a whole number from 0 to 65535; for example PORT=3000"],
        Load.ErrorsOfFile("""{"Notify":{"PORT":"x"}}"""));

    [Fact]
    public void A_wrong_value_in_the_environment_does_not_fall_back_to_the_file() =>
        Assert.Single(Load.ErrorsOfFile("""{"Notify":{"PORT":"80"}}""", ("PORT", "x")));

    [Fact]
    public void A_section_in_the_section_is_refused()
    {
        var error = Assert.Single(Load.ErrorsOfFile("""{"Notify":{"NOTIFY_MAX_BODY":{"x":1}}}"""));
        Assert.Equal(
            "NOTIFY_MAX_BODY (in section Notify of appsettings.json): "
                + "must be one text, as in the environment, not a list and not an object; for example \"NOTIFY_MAX_BODY\": \"100kb\"",
            error);
    }

    [Theory]
    [InlineData("NOTIFY_MAX_BODYY", "NOTIFY_MAX_BODY=100kb")]
    [InlineData("NOTIFY_HOSTS", "NOTIFY_HOST=127.0.0.1")]
    [InlineData("NOTIFY_HISTORY_LIVE", "NOTIFY_HISTORY_SIZE=100")]
    [InlineData("NOTIFICATION_SECRETS", "NOTIFICATION_SECRET=a-long-random-text")]
    [InlineData("NOTIFICATION_SECRET_FIEL", "NOTIFICATION_SECRET_FILE=/run/secrets/value")]
    public void An_unknown_name_is_refused_with_the_nearest_known_one(string name, string example) => Assert.Equal(
        $"{name}: there is no such setting; the nearest is {example.Split('=')[0]}; for example {example}",
        Load.Error((name, "s3cret")));

    [Fact]
    public void An_unknown_name_in_the_file_is_refused() => Assert.Equal(
        ["notify_drain (in section Notify of appsettings.json): there is no such setting; the nearest is NOTIFY_DRAIN; for example " +
            "NOTIFY_DRAIN=5s"],
        Load.ErrorsOfFile("""{"Notify":{"notify_drain":"1s"}}"""));

    [Theory]
    [InlineData("NOTIFY_SOCKET")]
    [InlineData("NOTIFY_DLL")]
    [InlineData("NOTIFY_PORT")]
    [InlineData("NOTIFY_PORT_3000_TCP_ADDR")]
    [InlineData("NOTIFY_SERVICE_HOST")]
    [InlineData("NOTIFY_SERVICE_PORT_HTTP")]
    [InlineData("NOTIFY_REDIS_SERVICE_HOST")]
    [InlineData("NOTIFY_REDIS_PORT_6379_TCP")]
    [InlineData("NOTIFICATION_SERVICE_HOST")]
    [InlineData("NOTIFICATION_PORT")]
    [InlineData("NOTIFYING_OTHERS")]
    [InlineData("MY_NOTIFY_THING")]
    public void Names_of_others_are_left_alone(string name) => Assert.Equal(3000, Load.From((name, "tcp://10.0.0.1:3000")).Listen.Port);

    [Fact]
    public void An_unknown_name_without_value_is_not_set() => Assert.Equal(3000, Load.From(("NOTIFY_UNKNOWN", "")).Listen.Port);

    [Theory]
    [InlineData("S1", "S1")]
    [InlineData("S1\n", "S1")]
    [InlineData("S1\r\n", "S1")]
    public void A_secret_is_read_from_a_file_without_the_final_newline(string content, string secret)
    {
        using var file = new TemporaryFile(content);
        Assert.Equal(secret, Load.From(("NOTIFICATION_SECRET_FILE", file.Path)).Access.Secret);
    }

    [Fact]
    public void Key_and_store_are_read_from_files()
    {
        using var key = new TemporaryFile("K1\n\n");
        using var store = new TemporaryFile("memory\n");
        var options = Load.From(("NOTIFICATION_KEY_FILE", key.Path), ("NOTIFY_STORE_FILE", store.Path));
        Assert.Equal(("K1\n", "memory"), (options.Access.Key, options.Store.Location));
    }

    [Fact]
    public void A_value_from_a_file_that_is_not_allowed_is_not_shown()
    {
        using var file = new TemporaryFile("s3cret\nand more\n");
        Assert.DoesNotContain("s3cret", Load.Error(("NOTIFICATION_SECRET_FILE", file.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_and_a_file_together_are_refused() => Assert.Equal(
        "NOTIFICATION_SECRET and NOTIFICATION_SECRET_FILE are both set: set one of them; "
            + "for example NOTIFICATION_SECRET_FILE=/run/secrets/value",
        Load.Error(("NOTIFICATION_SECRET", "s3cret"), ("NOTIFICATION_SECRET_FILE", "/nowhere")));

    [Theory]
    [InlineData("/nowhere/at/all")]
    [InlineData("/")]
    [InlineData("a\0b")]
    public void A_file_that_cannot_be_read_is_named(string path) => Assert.StartsWith(
        $"NOTIFICATION_SECRET_FILE={path}: must be the path of a file that holds the value of NOTIFICATION_SECRET (",
        Load.Error(("NOTIFICATION_SECRET_FILE", path)),
        StringComparison.Ordinal);

    [Fact]
    public void An_empty_file_is_refused()
    {
        using var file = new TemporaryFile("\n");
        Assert.Contains("(the file is empty)", Load.Error(("NOTIFICATION_KEY_FILE", file.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_for_a_setting_that_takes_none_is_an_unknown_name() =>
        Assert.StartsWith("NOTIFY_DRAIN_FILE: there is no such setting", Load.Error(("NOTIFY_DRAIN_FILE", "/x")), StringComparison.Ordinal);

    [Fact]
    public void A_certificate_needs_its_key()
    {
        var pair = PemPair.Create("localhost");
        using var file = new TemporaryFile(pair.Certificate);
        using var key = new TemporaryFile(pair.Key);
        var listen = Load.From(("SSL_CERT", file.Path), ("SSL_KEY", key.Path)).Listen;
        Assert.Equal((file.Path, key.Path, true), (listen.CertificatePath, listen.KeyPath, listen.IsTls));
        Assert.Equal(
            $"SSL_CERT={file.Path}: must be set together with SSL_KEY, or neither; for example SSL_KEY=/etc/notify/tls.key",
            Load.Error(("SSL_CERT", file.Path)));
        Assert.Equal(
            $"SSL_KEY={key.Path}: must be set together with SSL_CERT, or neither; for example SSL_CERT=/etc/notify/tls.crt",
            Load.Error(("SSL_KEY", key.Path)));
        Assert.Equal(
            "SSL_KEY=/nowhere: must be the path of a PEM file that exists and may be read (there is no such file); "
                + "for example SSL_KEY=/etc/notify/tls.key",
            Load.Error(("SSL_CERT", file.Path), ("SSL_KEY", "/nowhere")));
    }

    [Fact]
    public void A_log_level_that_is_none_is_an_error_and_no_stack_trace()
    {
        Assert.Equal(
            ["Logging:LogLevel:Default=chatty (in section Logging of appsettings.json): must be one of Trace, Debug, Information, " +
                "Warning, Error, Critical, None; for example Information"],
            Load.ErrorsOfFile("""{"Logging":{"LogLevel":{"Default":"chatty"}}}"""));
    }

    [Fact]
    public void A_file_that_is_no_JSON_is_an_error_that_names_the_line()
    {
        using var file = new TemporaryFile("{\n  \"Notify\": {\n    \"PORT\": 3000,,\n  }\n}\n");
        var failure = Assert.Throws<InvalidDataException>(() => new ConfigurationBuilder().AddJsonFile(file.Path).Build());
        Assert.StartsWith(
            $"{file.Path}: is no JSON, in or before line 3: ",
            ConfigurationFileError.Explain(failure),
            StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", ConfigurationFileError.Explain(failure), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NOTIFY_PORT", "8080", true)]
    [InlineData("NOTIFICATION_PORT", "8080", true)]
    [InlineData("NOTIFY_PORT", "tcp://10.0.0.1:3000", false)]
    [InlineData("NOTIFY_SERVICE_PORT", "3000", false)]
    public void A_port_under_a_name_that_platforms_set_is_warned_of(string name, string value, bool isWarned)
    {
        var reading = NotifyOptionsLoader.Read(
            new Dictionary<string, string> { [name] = value, ["NOTIFICATION_SECRET"] = "S1" },
            file: null);
        Assert.Empty(reading.Errors);
        Assert.Equal(
            isWarned ? [$"{name}={value} is no setting and does nothing; the port to listen on is PORT, for example PORT=8080"] : [],
            reading.Warnings);
    }

    [Theory]
    [InlineData("", "", "", "so only programs on this host may send")]
    [InlineData("", "", "1", "so everybody who reaches this port may send")]
    [InlineData("0.0.0.0", "", "", "so only programs on this host may send")]
    [InlineData("127.0.0.1", "", "", null)]
    [InlineData("::1", "", "", null)]
    [InlineData("localhost", "", "1", null)]
    [InlineData("", "S1", "", null)]
    public void A_default_secret_on_an_open_port_is_warned_of(string host, string secret, string insecure, string? warning)
    {
        var environment = new Dictionary<string, string>
        {
            ["NOTIFY_HOST"] = host,
            ["NOTIFICATION_SECRET"] = secret,
            ["NOTIFY_INSECURE"] = insecure,
        };
        var warnings = NotifyOptionsLoader.Read(environment, file: null).Warnings;
        Assert.Equal(warning is null ? 0 : 1, warnings.Count);
        Assert.All(warnings, each => Assert.Contains(warning!, each, StringComparison.Ordinal));
    }

    [Fact]
    public void All_errors_are_said_at_once()
    {
        var errors = Load.ErrorsOfFile(
            """{"Notify":{"NOTIFY_HISTORY_SIZE":"many","X":1}}""",
            ("PORT", "x"),
            ("NOTIFY_DRAIN", "1h"),
            ("NOTIFICATION_SECRET", " "),
            ("NOTIFY_STORE", "sqlit:x"),
            ("SSL_CERT", "/nowhere"),
            ("NOTIFY_WHAT", "1"));
        Assert.Equal(
            ["PORT", "NOTIFICATION_SECRET", "NOTIFY_STORE", "NOTIFY_HISTORY_SIZE", "NOTIFY_DRAIN", "SSL_CERT", "NOTIFY_WHAT", "X"],
            errors.Select(error => error.Split('=', ':', ' ')[0]));
    }
}
