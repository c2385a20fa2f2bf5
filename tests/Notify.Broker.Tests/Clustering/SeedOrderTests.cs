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
        Assert.True(await IsFirstAsync(0));
    }

    [Fact]
    public async Task Another_is_first_only_when_none_before_it_can_be_dialled()
    {
        Assert.False(await IsFirstAsync(1));

        _first.Stop();

        Assert.True(await IsFirstAsync(1));
    }

    [Fact]
    public async Task A_node_that_is_no_seed_is_never_first()
    {
        _first.Stop();

        Assert.False(await IsFirstAsync(3));
    }

    [Fact]
    public void It_begins_the_list()
    {
        var nodes = Nodes();

        Assert.Equal([nodes[1], nodes[0], nodes[2]], SeedOrder.From(nodes[..3], nodes[1]));
    }

    private Task<bool> IsFirstAsync(int self) => SeedOrder.IsFirstOfThoseHereAsync(
        Nodes()[..3],
        Nodes()[self],
        NodeIdentity.FromSecret("the secret of this cluster"),
        CancellationToken.None);

    // Three seeds, of which the second and third have ports on which nobody can listen, and one node that is no seed.
    private NodeAddress[] Nodes() => [new("127.0.0.1", _port), new("127.0.0.1", 1), new("127.0.0.1", 2), new("127.0.0.1", 3)];
}
