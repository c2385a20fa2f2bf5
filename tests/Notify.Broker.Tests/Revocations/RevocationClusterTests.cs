using Notify.Broker.History;
using Notify.Broker.Revocations;
using Notify.Broker.Tests.Clustering;
using Notify.Protocol.Tokens;

namespace Notify.Broker.Tests.Revocations;

/// <summary>Tests revocations on several real nodes, and on a node whose store does not work.</summary>
public sealed class RevocationClusterTests
{
    [Fact]
    public async Task All_nodes_hear_of_a_revocation_and_a_new_node_asks_for_it()
    {
        var nodes = HostedNode.Create(3);
        try
        {
            await HostedNode.StartAsync([nodes[0], nodes[1]]);
            await HostedNode.UntilAsync(() => nodes.Take(2).All(node => node.Revocations.IsRead));
            var until = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1000;

            // A node of a busy machine may not confirm within a second, and can be told again.
            DisconnectResult result;
            do
            {
                result = await nodes[0].RevocationCommands.RevokeAsync(new Revocation(RevocationKind.User, "42", 100, until), "");
            }
            while (result.Silent.Count > 0);

            Assert.Equal((0, 2), (result.Connections, result.Nodes));
            Assert.Equal(TokenFailure.Revoked, nodes[1].Revocations.Check(Token()));
            await nodes[2].StartAsync();
            await HostedNode.UntilAsync(() => nodes[2].Revocations.IsRead);
            Assert.Equal(TokenFailure.Revoked, nodes[2].Revocations.Check(Token()));

            await nodes[2].RevocationCommands.RevokeAsync(new Revocation(RevocationKind.BlockedUser, "7", 0, until), "");
            await nodes[1].RevocationCommands.UnblockAsync("7");
            await HostedNode.UntilAsync(() => nodes.All(
                static node => node.Revocations.Find(RevocationKind.BlockedUser, "7") is { } block && !node.Revocations.IsInForce(block)));
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Without_the_store_nothing_happens()
    {
        var revocations = new RevokedTokens(TimeProvider.System);
        var connections = new CountedConnections();
        var commands = new RevocationCommands(
            revocations,
            new BrokenStore(),
            connections,
            () => throw new InvalidOperationException("Nobody is told."),
            TimeProvider.System);

        await Assert.ThrowsAsync<HistoryStoreException>(
            () => commands.RevokeAsync(new Revocation(RevocationKind.User, "42", 1, long.MaxValue), ""));
        await Assert.ThrowsAsync<HistoryStoreException>(() => commands.UnblockAsync("42"));

        Assert.Equal((0, 0), (revocations.Count, connections.Count));
    }

    [Fact]
    public async Task There_is_a_limit()
    {
        var revocations = new RevokedTokens(TimeProvider.System);
        for (var i = 0; i < Revocation.MaxCount; i++)
        {
            revocations.Apply(new Revocation(RevocationKind.TokenId, $"t{i}", 1, long.MaxValue));
        }

        var commands = new RevocationCommands(
            revocations,
            new BrokenStore(),
            null,
            () => throw new InvalidOperationException("Nobody is told."),
            TimeProvider.System);

        await Assert.ThrowsAsync<TooManyRevocationsException>(
            () => commands.RevokeAsync(new Revocation(RevocationKind.TokenId, "one more", 1, long.MaxValue), ""));
    }

    private static TokenClaims Token() => new() { User = "42", IssuedAt = 100, ExpiresAt = 200, SessionExpiresAt = 200 };

    private sealed class BrokenStore : IRevocationStore
    {
        public bool IsShared => true;

        public Task<Revocation> SaveAsync(Revocation revocation, bool isReplacement, long trimBefore) =>
            Task.FromException<Revocation>(new HistoryStoreException("It does not work."));

        public Task<IReadOnlyList<Revocation>> ReadChangedAsync(long changed, int limit) =>
            Task.FromException<IReadOnlyList<Revocation>>(new HistoryStoreException("It does not work."));
    }

    private sealed class CountedConnections : ILocalConnections
    {
        public int Count { get; private set; }

        public int Disconnect(DisconnectOrder order) => ++Count;
    }
}
