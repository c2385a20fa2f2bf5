using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Messages;
using Notify.Broker.Revocations;
using Notify.Broker.Tests.Clustering;
using Notify.Protocol.Tokens;

namespace Notify.Broker.Tests.Revocations;

/// <summary>Tests what a node that starts, without a shared store, does when the others do not list their revocations.</summary>
public sealed class RevocationReaderTests
{
    private const string Warning = "The revocations of tokens cannot be read";
    private const string Relief = "The revocations of tokens are read";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task It_accepts_no_token_until_one_of_them_does_and_warns_once()
    {
        var nodes = HostedNode.Create(3, time: _time);
        try
        {
            await HostedNode.StartAsync([nodes[0], nodes[1]]);
            await UntilAsync(() => nodes[0].Revocations.IsRead && nodes[1].Revocations.IsRead);
            var isComplete = new Flag();
            await ReplaceAsync(nodes[0], isComplete);
            await ReplaceAsync(nodes[1], isComplete);

            await nodes[2].StartAsync();
            await UntilAsync(() => Lines(nodes[2], Warning) > 0);

            // As long as it lasts.
            var until = isComplete.Asked + 20;
            await UntilAsync(() => isComplete.Asked >= until);
            Assert.False(nodes[2].Revocations.IsRead);
            Assert.Equal(TokenFailure.NoKeys, nodes[2].Revocations.Check(Token));

            isComplete.IsSet = true;
            await UntilAsync(() => nodes[2].Revocations.IsRead);

            Assert.Equal(TokenFailure.Revoked, nodes[2].Revocations.Check(Token));
            await UntilAsync(() => Lines(nodes[2], Relief) > 0);
            Assert.Equal((1, 1), (Lines(nodes[2], Warning), Lines(nodes[2], Relief)));
        }
        finally
        {
            await DisposeAsync(nodes);
        }
    }

    [Fact]
    public async Task It_does_not_ask_nodes_without_keys_nor_those_of_an_older_version()
    {
        var nodes = HostedNode.Create(3, hasTokens: i => i == 2, time: _time);
        try
        {
            await HostedNode.StartAsync([nodes[0], nodes[1]]);
            var isComplete = new Flag();
            await ReplaceAsync(nodes[0], isComplete);
            await ReplaceAsync(nodes[1], isComplete);

            await nodes[2].StartAsync();
            await UntilAsync(() => nodes[2].Revocations.IsRead);

            Assert.Equal(TokenFailure.None, nodes[2].Revocations.Check(Token));
            Assert.Equal((0, 0, 0), (isComplete.Asked, Lines(nodes[2], Warning), Lines(nodes[2], Relief)));
        }
        finally
        {
            await DisposeAsync(nodes);
        }
    }

    private static TokenClaims Token => new() { User = "42", IssuedAt = 100, ExpiresAt = 200, SessionExpiresAt = 200 };

    private static int Lines(HostedNode node, string text) =>
        node.Log.Count(line => line.StartsWith(text, StringComparison.Ordinal));

    private static async Task DisposeAsync(IEnumerable<HostedNode> nodes)
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    // Lets the test decide how a node answers.
    private static async Task ReplaceAsync(HostedNode node, Flag isComplete)
    {
        var former = await node.System.ActorSelection("/user/" + RevocationsActor.Name).ResolveOne(TimeSpan.FromSeconds(30));
        await former.GracefulStop(TimeSpan.FromSeconds(30));

        // The name becomes free a moment after the actor's end.
        await HostedNode.UntilAsync(() => TryStart(node, isComplete));
    }

    private static bool TryStart(HostedNode node, Flag isComplete)
    {
        try
        {
            node.System.ActorOf(Props.Create(() => new Answering(isComplete)), RevocationsActor.Name);
            return true;
        }
        catch (InvalidActorNameException)
        {
            return false;
        }
    }

    private Task UntilAsync(Func<bool> condition) => HostedNode.UntilAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });

    private sealed class Flag
    {
        private int _asked;

        public bool IsSet { get; set; }

        public int Asked => Volatile.Read(ref _asked);

        public void Ask() => Interlocked.Increment(ref _asked);
    }

    private sealed class Answering : ReceiveActor
    {
        public Answering(Flag isComplete) => Receive<ListRevocations>(_ =>
        {
            isComplete.Ask();
            Sender.Tell(new RevocationList([new Revocation(RevocationKind.User, "42", 100, long.MaxValue)], isComplete.IsSet));
        });
    }
}
