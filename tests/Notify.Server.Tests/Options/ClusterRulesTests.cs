using Notify.Server.Options;

namespace Notify.Server.Tests.Options;

/// <summary>Tests the rules for the cluster's settings together.</summary>
public sealed class ClusterRulesTests
{
    private const string Three = "127.0.0.1:4053,10.0.0.2:4053,[fd00::3]:4053";

    [Fact]
    public void Three_nodes_with_a_secret_and_a_store_that_they_share_are_a_cluster()
    {
        var reading = Read();

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        Assert.Equal(Three, string.Join(',', reading.Options.Broker.Cluster.Seeds));
        Assert.Equal("127.0.0.1:4053", reading.Options.Broker.Cluster.Self.ToString());
    }

    [Fact]
    public void Without_seeds_the_rest_of_them_means_nothing() =>
        Assert.Empty(NotifyOptionsLoader.Read(new Dictionary<string, string> { ["NOTIFY_CLUSTER_PORT"] = "3000" }, null).Errors);

    [Theory]
    [InlineData("NOTIFY_CLUSTER_SEEDS", "notify-1", "NOTIFY_CLUSTER_SEEDS=notify-1: must be a comma list of host:port")]
    [InlineData("NOTIFY_CLUSTER_SEEDS", "a:1,b:2,a:1", "names a node twice")]
    [InlineData("NOTIFY_CLUSTER_SEEDS", "a:1,b:2", "two nodes cannot tell which of them is cut off")]
    [InlineData("NOTIFY_CLUSTER_SEEDS", "a:0,b:2,c:3", "must be a comma list of host:port")]
    [InlineData("NOTIFY_CLUSTER_SECRET", "", "NOTIFY_CLUSTER_SECRET: must be set with NOTIFY_CLUSTER_SEEDS")]
    [InlineData("NOTIFY_CLUSTER_SECRET", "short", "must have at least 16 characters")]
    [InlineData("NOTIFY_CLUSTER_HOST", "203.0.113.7", "an address of the public internet")]
    [InlineData("NOTIFY_CLUSTER_HOST", "a b", "must be a host name or an IP address")]
    [InlineData("NOTIFY_CLUSTER_HOST", "0.0.0.0", "NOTIFY_CLUSTER_HOST=0.0.0.0: must be a host name or an IP address of one host")]
    [InlineData("NOTIFY_CLUSTER_HOST", "0", "must be a host name or an IP address of one host")]
    [InlineData("NOTIFY_CLUSTER_HOST", "::", "must be a host name or an IP address of one host")]
    [InlineData("NOTIFY_CLUSTER_HOST", "[::]", "must be a host name or an IP address of one host")]
    [InlineData("NOTIFY_CLUSTER_HOST", "::ffff:0.0.0.0", "must be a host name or an IP address of one host")]
    [InlineData("NOTIFY_CLUSTER_HOST", "224.0.0.1", "must be a host name or an IP address of one host")]
    [InlineData("NOTIFY_CLUSTER_HOST", "ff02::1", "must be a host name or an IP address of one host")]
    [InlineData("NOTIFY_CLUSTER_HOST", "255.255.255.255", "must be a host name or an IP address of one host")]
    [InlineData(
        "NOTIFY_CLUSTER_SEEDS",
        "0.0.0.0:4053",
        "must be a comma list of host:port, each with the name or the IP address of one host")]
    [InlineData("NOTIFY_CLUSTER_SEEDS", "[::]:4053", "must be a comma list of host:port, each with the name or the IP address of one host")]
    [InlineData("NOTIFY_CLUSTER_PORT", "4054", "must be three different ports")]
    [InlineData("NOTIFY_STORE", "", "NOTIFY_STORE=sqlite:data/notify.db: is a file of one node")]
    [InlineData("NOTIFY_CLUSTER_TLS_CERT", "/etc/node.crt", "must be set together, or none of them")]
    public void What_is_wrong_is_said_with_what_to_write_instead(string name, string value, string error)
    {
        var reading = Read((name, value));

        Assert.Contains(reading.Errors, each => each.Contains(error, StringComparison.Ordinal));
        Assert.DoesNotContain("short", string.Join('\n', reading.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_that_cannot_be_read_is_named_with_its_setting()
    {
        using var file = new TemporaryFile("this is no certificate");

        var missing =
            Read(
                ("NOTIFY_CLUSTER_TLS_CERT", "/nowhere.crt"),
                ("NOTIFY_CLUSTER_TLS_KEY", "/nowhere.key"),
                ("NOTIFY_CLUSTER_TLS_CA", file.Path)).Errors;
        var wrong =
            Read(
                ("NOTIFY_CLUSTER_TLS_CERT", file.Path), ("NOTIFY_CLUSTER_TLS_KEY", file.Path), ("NOTIFY_CLUSTER_TLS_CA", file.Path)).Errors;

        Assert.Equal(
            [
                "NOTIFY_CLUSTER_TLS_CERT=/nowhere.crt: must be the path of a PEM file that exists and may be read (there is no such file)",
                "NOTIFY_CLUSTER_TLS_KEY=/nowhere.key: must be the path of a PEM file that exists and may be read (there is no such file)",
            ],
            missing);
        Assert.Contains("must hold this node's certificate, its key, and the authorities", Assert.Single(wrong), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NOTIFY_CLUSTER_SEEDS", "a:1,b:2,c:3,d:4", "names 4 nodes: one less survives the loss of as many")]
    [InlineData("NOTIFY_STORE", "memory", "a channel's history is lost when its node stops")]
    public void What_is_hardly_meant_is_warned_of(string name, string value, string warning)
    {
        var reading = Read((name, value));

        Assert.Empty(reading.Errors);
        Assert.Contains(warning, Assert.Single(reading.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_nodes_are_a_cluster_for_who_insists() =>
        Assert.Empty(Read(("NOTIFY_CLUSTER_SEEDS", "a:1,b:2"), ("NOTIFY_CLUSTER_TWO", "1")).Errors);

    private static OptionsReading Read(params (string Name, string Value)[] changes)
    {
        var environment = new Dictionary<string, string>
        {
            ["NOTIFICATION_SECRET"] = "S1",
            ["NOTIFY_CLUSTER_SEEDS"] = Three,
            ["NOTIFY_CLUSTER_SECRET"] = "the secret of this cluster",
            ["NOTIFY_CLUSTER_HOST"] = "127.0.0.1",
            ["NOTIFY_STORE"] = "postgres://notify@database/notify",
        };
        foreach (var (name, value) in changes)
        {
            environment[name] = value;
        }

        return NotifyOptionsLoader.Read(environment, null);
    }
}
