using Notify.Broker.Clustering;

namespace Notify.Broker.Tests.Clustering;

public sealed class QuorumTests
{
    [Theory]
    [InlineData(0, 1, 1, true)]
    [InlineData(0, 0, 1, false)]
    [InlineData(1, 1, 1, true)]
    [InlineData(2, 1, 2, true)]
    [InlineData(3, 1, 1, false)]
    [InlineData(3, 1, 3, false)]
    [InlineData(3, 2, 2, true)]
    [InlineData(3, 2, 3, true)]
    [InlineData(3, 2, 5, false)]
    [InlineData(3, 3, 5, true)]
    [InlineData(3, 3, 6, false)]
    [InlineData(5, 2, 2, false)]
    [InlineData(5, 3, 3, true)]
    public void A_part_goes_on_that_no_other_part_can_outnumber(int seeds, int reachable, int up, bool isReached) =>
        Assert.Equal(isReached, Quorum.IsReached(reachable, up, Settings(seeds)));

    [Theory]
    [InlineData("notify-1:4053", true, "notify-1", 4053)]
    [InlineData("10.0.0.1:1", true, "10.0.0.1", 1)]
    [InlineData("[fd00::1]:65535", true, "fd00::1", 65535)]
    [InlineData("fd00::1:4053", false, null, 0)]
    [InlineData("notify-1", false, null, 0)]
    [InlineData(":4053", false, null, 0)]
    [InlineData("notify 1:4053", false, null, 0)]
    [InlineData("notify-1:65536", false, null, 0)]
    [InlineData("notify-1:-1", false, null, 0)]
    public void A_node_is_written_as_host_and_port(string text, bool isOne, string? host, int port)
    {
        Assert.Equal(isOne, NodeAddress.TryParse(text, out var address));
        Assert.Equal((host, port), (address.Host, address.Port));
        Assert.True(!isOne || address.ToString() == text);
    }

    private static ClusterSettings Settings(int seeds) => new()
    {
        Seeds = [.. Enumerable.Range(1, seeds).Select(i => new NodeAddress("node", i))],
    };
}
