using Notify.Server.Options;

namespace Notify.Server.Tests.Options;

public sealed class OptionDefaultsTests
{
    [Fact]
    public void Nothing_set_gives_the_defaults()
    {
        var options = Load.From(("PATH", "/bin"), ("HOME", "/root"));
        Assert.Equal(new NotifyOptions().ToString(), options.ToString());
        Assert.Equal(3000, options.Listen.Port);
        Assert.Null(options.Listen.Host);
        Assert.False(options.Listen.IsTls);
        Assert.Equal("NOTIFICATION_KEY", options.Access.Key);
        Assert.True(options.Access.IsSecretDefault);
        Assert.False(options.Access.IsInsecure);
        Assert.True(options.Connection.Origins.AllowsAny);
        Assert.Equal(100, options.Broker.Channels.HistorySize);
        Assert.Equal(268_435_456, options.Broker.MemoryMax);
        Assert.Equal(102_400, options.Broker.MaxBody);
        Assert.Equal(1_048_576, options.Connection.MaxQueue);
    }

    [Fact]
    public void No_configuration_file_is_needed() =>
        Assert.Equal(3000, NotifyOptionsLoader.Load(new Dictionary<string, string>(), file: null).Listen.Port);

    [Theory]
    [InlineData("PORT", "3000")]
    [InlineData("NOTIFY_HOST", "")]
    [InlineData("SSL_CERT", "")]
    [InlineData("SSL_KEY", "")]
    [InlineData("NOTIFICATION_KEY", "NOTIFICATION_KEY")]
    [InlineData("NOTIFICATION_SECRET", "NOTIFICATION_SECRET")]
    [InlineData("NOTIFICATION_SECRET_PREVIOUS", "")]
    [InlineData("NOTIFY_KEEP_ALIVE", "650s")]
    [InlineData("NOTIFY_INSECURE", "0")]
    [InlineData("NOTIFY_ALLOWED_ORIGINS", "*")]
    [InlineData("NOTIFY_STORE", "sqlite:data/notify.db")]
    [InlineData("NOTIFY_STORE_MAX", "10gb")]
    [InlineData("NOTIFY_HISTORY_SIZE", "100")]
    [InlineData("NOTIFY_HISTORY_TTL", "7d")]
    [InlineData("NOTIFY_MEMORY_MAX", "256mb")]
    [InlineData("NOTIFY_MAX_BODY", "100kb")]
    [InlineData("NOTIFY_SEND_TIMEOUT", "5s")]
    [InlineData("NOTIFY_MAX_QUEUE", "1mb")]
    [InlineData("NOTIFY_SOCKETIO_RECOVERY", "ask")]
    [InlineData("NOTIFY_RETAIN", "2m")]
    [InlineData("NOTIFY_MAX_CONNECTIONS", "100000")]
    [InlineData("NOTIFY_MAX_HANDSHAKES", "10000")]
    [InlineData("NOTIFY_MAX_JOINS", "10000")]
    [InlineData("NOTIFY_JOIN_RATE", "1000")]
    [InlineData("NOTIFY_MESSAGE_RATE", "1000")]
    [InlineData("NOTIFY_DRAIN", "5s")]
    [InlineData("NOTIFY_CLUSTER_PORT", "4053")]
    [InlineData("NOTIFY_CLUSTER_HTTP_PORT", "4054")]
    [InlineData("NOTIFY_CLUSTER_SECRET", "")]
    [InlineData("NOTIFY_CLUSTER_TWO", "0")]
    public void The_default_of_a_setting_can_be_written(string name, string text)
    {
        var setting = Assert.Single(SettingTable.All, setting => setting.Name == name);
        Assert.Equal(text, setting.Default);
        Assert.Equal(new NotifyOptions().ToString(), Load.From((name, text)).ToString());
    }

    [Fact]
    public void Every_setting_has_a_name_of_its_own_and_an_example_that_is_allowed()
    {
        Assert.Equal(SettingTable.All.Count, SettingTable.All.DistinctBy(setting => setting.Name).Count());
        Assert.All(
            SettingTable.All.Where(setting => !setting.Name.StartsWith("SSL_", StringComparison.Ordinal)),
            setting => Assert.NotNull(setting.Apply(new NotifyOptions(), setting.Example)));
    }

    [Fact]
    public void Options_do_not_print_the_secret() =>
        Assert.DoesNotContain(
            "s3cret",
            Load.From(("NOTIFICATION_SECRET", "s3cret"), ("NOTIFY_CLUSTER_SECRET", "s3cret")).ToString(),
            StringComparison.Ordinal);
}
