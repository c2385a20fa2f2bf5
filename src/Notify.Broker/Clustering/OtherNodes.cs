using Akka.Actor;

namespace Notify.Broker.Clustering;

/// <summary>Sends messages to the actors that every node has under the same name. Safe to use from any thread.</summary>
/// <param name="system">The actor system of this node.</param>
/// <param name="membership">The nodes of the cluster.</param>
public sealed class OtherNodes(ActorSystem system, Membership membership)
{
    private readonly Address _self = ((ExtendedActorSystem)system).Provider.DefaultAddress;

    /// <summary>Gets the number of other members, reachable or not.</summary>
    public int Count => Members.Count();

    /// <summary>Gets all other members, reachable or not.</summary>
    public IEnumerable<Address> Members => membership.Members.Where(address => address != _self);

    /// <summary>Gets the reachable nodes.</summary>
    public IEnumerable<Address> Reachable => membership.Nodes.Where(address => address != _self);

    /// <summary>Returns an actor of another node.</summary>
    public ActorSelection Find(Address node, string actor) => system.ActorSelection(new RootActorPath(node) / "user" / actor);

    /// <summary>Asks all nodes at once. Nodes that fail or do not respond in time are omitted.</summary>
    public async Task<IReadOnlyList<object>> AskAllAsync(string actor, object question, TimeSpan patience) =>
        [.. (await Task.WhenAll(Reachable.Select(node => AskAsync(node, actor, question, patience)))).OfType<object>()];

    /// <summary>Asks one node. Returns null when it fails or does not respond in time.</summary>
    public async Task<object?> AskAsync(Address node, string actor, object question, TimeSpan patience)
    {
        try
        {
            return await Find(node, actor).Ask<object>(question, patience) is var answer && answer is Status.Failure ? null : answer;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
