using Akka.Actor;

namespace Notify.Broker.Clustering;

/// <summary>Asks and tells the actors that every node has under the same name. Safe to use from any thread.</summary>
/// <param name="system">The actors of this node.</param>
/// <param name="membership">Which nodes there are.</param>
public sealed class OtherNodes(ActorSystem system, Membership membership)
{
    private readonly Address _self = ((ExtendedActorSystem)system).Provider.DefaultAddress;

    /// <summary>How many other members there are, be they reachable or not.</summary>
    public int Count => membership.Members.Count(address => address != _self);

    /// <summary>Those that can be asked.</summary>
    public IEnumerable<Address> Reachable => membership.Nodes.Where(address => address != _self);

    /// <summary>An actor of another node.</summary>
    public ActorSelection Find(Address node, string actor) => system.ActorSelection(new RootActorPath(node) / "user" / actor);

    /// <summary>Asks all of them at once. Those that fail, or do not answer in time, are left out.</summary>
    public async Task<IReadOnlyList<object>> AskAllAsync(string actor, object question, TimeSpan patience) =>
        [.. (await Task.WhenAll(Reachable.Select(node => AskAsync(node, actor, question, patience)))).OfType<object>()];

    /// <summary>Asks one of them. Null when it fails, or does not answer in time.</summary>
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
