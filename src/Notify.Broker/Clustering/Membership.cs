using Akka.Actor;

namespace Notify.Broker.Clustering;

/// <summary>Which nodes there are, as this one sees it. Read by any thread; written by <see cref="MembershipActor"/>.</summary>
public sealed class Membership
{
    private volatile View _view = new([], [], HasQuorum: false);

    /// <summary>The nodes that are up and reachable, this one among them.</summary>
    public IReadOnlyList<Address> Nodes => _view.Nodes;

    /// <summary>
    /// Whether this node sees so many that no other part of the cluster can hold itself for the whole. Without it nothing is accepted.
    /// </summary>
    public bool HasQuorum => _view.HasQuorum;

    /// <summary>Whether there is a member at an address, reachable or not.</summary>
    public bool Has(Address address) => _view.Members.Contains(address);

    internal void Set(IReadOnlyList<Address> nodes, IReadOnlyList<Address> members, bool hasQuorum) => _view = new View(nodes, members, hasQuorum);

    private sealed record View(IReadOnlyList<Address> Nodes, IReadOnlyList<Address> Members, bool HasQuorum);
}
