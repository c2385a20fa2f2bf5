using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Clustering;

/// <summary>
/// Looks, before a node joins, whether it reaches every node that the seeds it reaches go on with. One that joined without would be taken
/// out again some seconds later, and with it go the channels that it was given meanwhile.
/// </summary>
/// <param name="system">The actors of this node.</param>
/// <param name="settings">Where this node is, and who belongs to it.</param>
/// <param name="seeds">The seeds, and the addresses of their actors.</param>
internal sealed class LinkCheck(ActorSystem system, ClusterSettings settings, IReadOnlyDictionary<NodeAddress, Address> seeds)
{
    // A process that runs answers within milliseconds, on a busy machine within seconds; without its answer the check would be none.
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    // Time for a second try, should the first packet be lost.
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(2.5);

    private readonly HashSet<NodeAddress> _reached = [settings.Self];

    /// <summary>The nodes that others go on with and this one cannot dial. Who could be dialled once is not dialled again.</summary>
    public async Task<IReadOnlyList<NodeAddress>> FindMissingAsync(CancellationToken cancellationToken)
    {
        // What is not there is not asked: Akka would leave it alone for a while, also when it has come.
        var others = seeds.Keys.Where(seed => seed != settings.Self).ToList();
        var isThere = await DialAsync(others, cancellationToken);
        var lists = await Task.WhenAll(others.Where((_, i) => isThere[i]).Select(seed => AskAsync(seeds[seed], cancellationToken)));
        var nodes = lists.SelectMany(list => list).Except(_reached).ToList();
        var isReached = await DialAsync(nodes, cancellationToken);
        _reached.UnionWith(nodes.Where((_, i) => isReached[i]));
        return [.. nodes.Where((_, i) => !isReached[i])];
    }

    private Task<bool[]> DialAsync(IEnumerable<NodeAddress> nodes, CancellationToken cancellationToken) =>
        Task.WhenAll(nodes.Select(node => SeedProbe.CanDialAsync(node, settings.Identity, DialTimeout, cancellationToken)));

    // A seed that has not started, or is of a version that does not know the question, knows of nobody.
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
