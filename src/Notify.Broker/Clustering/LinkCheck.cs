using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Clustering;

/// <summary>
/// Checks before a node joins that it reaches every node with which the reachable seeds continue. Otherwise it would be removed again some
/// seconds after joining, together with the channels that it had received by then.
/// </summary>
/// <param name="system">The actor system of this node.</param>
/// <param name="self">The address of this node.</param>
/// <param name="identity">The identity of this node.</param>
/// <param name="seeds">The seeds, and the addresses of their actor systems.</param>
internal sealed class LinkCheck(
    ActorSystem system, NodeAddress self, NodeIdentity identity, IReadOnlyDictionary<NodeAddress, Address> seeds)
{
    // A running process responds within milliseconds, on a busy machine within seconds. Without its response there would be no check.
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    // Enough for a second attempt if the first packet is lost.
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(2.5);

    private readonly HashSet<NodeAddress> _reached = [self];

    /// <summary>Returns the nodes that the seeds reach and this node does not. A node that was reached once is not checked again.</summary>
    public async Task<IReadOnlyList<NodeAddress>> FindMissingAsync(CancellationToken cancellationToken)
    {
        // Sends nothing to a seed that is down, because Akka would then ignore it for a while even after it has started.
        var others = seeds.Keys.Where(seed => seed != self).ToList();
        var isThere = await DialAsync(others, cancellationToken);
        var lists = await Task.WhenAll(others.Where((_, i) => isThere[i]).Select(seed => AskAsync(seeds[seed], cancellationToken)));
        var nodes = lists.SelectMany(list => list).Except(_reached).ToList();
        var isReached = await DialAsync(nodes, cancellationToken);
        _reached.UnionWith(nodes.Where((_, i) => isReached[i]));
        return [.. nodes.Where((_, i) => !isReached[i])];
    }

    private Task<bool[]> DialAsync(IEnumerable<NodeAddress> nodes, CancellationToken cancellationToken) =>
        Task.WhenAll(nodes.Select(node => SeedProbe.CanDialAsync(node, identity, DialTimeout, cancellationToken)));

    // A seed that has not started, or has a version without this message, names no other nodes.
    private async Task<IReadOnlyList<NodeAddress>> AskAsync(Address seed, CancellationToken cancellationToken)
    {
        try
        {
            var membership = system.ActorSelection(new RootActorPath(seed) / "user" / MembershipActor.Name);
            if ((await membership.Ask<ActorIdentity>(new Identify(null), AskTimeout, cancellationToken)).Subject is not { } subject)
            {
                return [];
            }

            var list = await subject.Ask<NodeList>(ListNodes.Instance, AskTimeout, cancellationToken);
            return [.. list.Nodes.Select(Read).OfType<NodeAddress>()];
        }
        catch (AskTimeoutException)
        {
            return [];
        }
    }

    private static NodeAddress? Read(string text) => NodeAddress.TryParse(text, out var node) ? node : null;
}
