using Akka.Actor;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;

namespace Notify.Broker.Tests.Clustering;

public sealed class NodeRolesTests
{
    private static readonly Address A = new("akka.ssl.tcp", "notify", "a", 4053);
    private static readonly Address B = new("akka.ssl.tcp", "notify", "b", 4053);
    private static readonly Address C = new("akka.ssl.tcp", "notify", "c", 4053);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0x1a2b, 4054)]
    [InlineData(0xffff, 65535)]
    public void What_a_node_says_of_itself_the_others_read(int tag, int port) =>
        Assert.Equal(new RemoteNode(A, (ushort)tag, port), NodeRoles.Read(A, ["broker", "shards-100", .. NodeRoles.Of((ushort)tag, port)]));

    [Theory]
    [InlineData("broker", "shards-100")]
    [InlineData("socket-1a2b", "shards-100")]
    [InlineData("http-4054", "shards-100")]
    [InlineData("socket-1a2b3", "http-4054")]
    [InlineData("socket-", "http-4054")]
    [InlineData("socket-1a2b", "http-70000")]
    public void A_member_that_says_something_else_is_not_one_to_ask(string first, string second) =>
        Assert.Null(NodeRoles.Read(A, [first, second]));

    [Fact]
    public void A_node_is_found_by_the_ids_of_its_sockets()
    {
        var membership = new Membership();
        var ids = new SocketIds(0x1a2b);
        membership.Set([], [], hasQuorum: true, [new RemoteNode(A, 0x1a2b, 1), new RemoteNode(B, 0x3c4d, 2)]);

        Assert.True(SocketIds.TryReadNode(ids.Next(), out var tag));

        Assert.Equal([new RemoteNode(A, 0x1a2b, 1)], membership.FindNodes(tag));
        Assert.Empty(membership.FindNodes(0));
    }

    [Fact]
    public void Nodes_that_name_their_sockets_alike_are_all_found()
    {
        var membership = new Membership();
        membership.Set([], [], hasQuorum: true, [new RemoteNode(A, 7, 1), new RemoteNode(B, 8, 1), new RemoteNode(C, 7, 1)]);

        Assert.Equal([A, C], membership.FindNodes(7).Select(node => node.Address));
    }
}
