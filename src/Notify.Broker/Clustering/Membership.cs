using Akka.Actor;

namespace Notify.Broker.Clustering;

/// <summary>Which nodes there are, as this one sees it. Read by any thread; written by <see cref="MembershipActor"/>.</summary>
public sealed class Membership
{
    private volatile View _view = new([], HasQuorum: false);

    /// <summary>The nodes that are up and reachable, this one among them.</summary>
    public IReadOnlyList<Address> Nodes => _view.Nodes;

    /// <summary>
    /// Whether this node sees so many that no other part of the cluster can hold itself for the whole. Without it nothing is accepted.
    /// </summary>
    public bool HasQuorum => _view.HasQuorum;

    internal void Set(IReadOnlyList<Address> nodes, bool hasQuorum) => _view = new View(nodes, hasQuorum);

    private sealed record View(IReadOnlyList<Address> Nodes, bool HasQuorum);
}
