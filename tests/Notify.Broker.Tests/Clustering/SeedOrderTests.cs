using System.Net;
using System.Net.Sockets;
using Notify.Broker.Clustering;

namespace Notify.Broker.Tests.Clustering;

public sealed class SeedOrderTests : IDisposable
{
    private readonly TcpListener _first = new(IPAddress.Loopback, 0);
    private readonly int _port;

    public SeedOrderTests()
    {
        _first.Start();
        _port = ((IPEndPoint)_first.LocalEndpoint).Port;
    }

    public void Dispose() => _first.Dispose();

    [Fact]
    public async Task The_first_seed_is_first_whoever_else_is_there()
    {
        Assert.True(await SeedOrder.IsFirstOfThoseHereAsync(Settings(0), CancellationToken.None));
    }

    [Fact]
    public async Task Another_is_first_only_when_none_before_it_can_be_dialled()
    {
        Assert.False(await SeedOrder.IsFirstOfThoseHereAsync(Settings(1), CancellationToken.None));

        _first.Stop();

        Assert.True(await SeedOrder.IsFirstOfThoseHereAsync(Settings(1), CancellationToken.None));
    }

    [Fact]
    public async Task A_node_that_is_no_seed_is_never_first()
    {
        _first.Stop();

        Assert.False(await SeedOrder.IsFirstOfThoseHereAsync(Settings(3), CancellationToken.None));
    }

    [Fact]
    public void It_begins_the_list()
    {
        var settings = Settings(1);

        Assert.Equal([settings.Seeds[1], settings.Seeds[0], settings.Seeds[2]], SeedOrder.From(settings));
    }

    // The second and third are ports at which nobody can listen.
    private ClusterSettings Settings(int self)
    {
        NodeAddress[] nodes = [new("127.0.0.1", _port), new("127.0.0.1", 1), new("127.0.0.1", 2), new("127.0.0.1", 3)];
        return new ClusterSettings { Seeds = nodes[..3], Self = nodes[self], Identity = NodeIdentity.FromSecret("the secret of this cluster") };
    }
}
