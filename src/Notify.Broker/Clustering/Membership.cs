using Akka.Actor;

namespace Notify.Broker.Clustering;

/// <summary>Which nodes there are, as this one sees it. Read by any thread; written by <see cref="MembershipActor"/>.</summary>
public sealed class Membership
{
    private volatile View _view = new([], [], [], HasQuorum: false);

    /// <summary>The nodes that are up and that this one would go on with, itself among them: all of them reach each other.</summary>
    public IReadOnlyList<Address> Nodes => _view.Nodes;

    /// <summary>
    /// Whether this node sees so many that no other part of the cluster can hold itself for the whole. Without it nothing is accepted.
    /// </summary>
    public bool HasQuorum => _view.HasQuorum;

    /// <summary>Whether there is a member at an address, reachable or not.</summary>
    public bool Has(Address address) => _view.Members.Contains(address);

    /// <summary>All members, reachable or not, coming or leaving, this node among them.</summary>
    public IReadOnlyList<Address> Members => _view.Members;

    /// <summary>
    /// The other nodes whose sockets' ids begin with <paramref name="socketTag"/>, be they about to leave or out of reach: none, one or, by
    /// chance, several.
    /// </summary>
    public IReadOnlyList<RemoteNode> FindNodes(ushort socketTag)
    {
        // A cluster has a handful of nodes.
        var others = _view.Others;
        foreach (var other in others)
        {
            if (other.SocketTag == socketTag)
            {
                return [.. others.Where(node => node.SocketTag == socketTag)];
            }
        }

        return [];
    }

    internal void Set(IReadOnlyList<Address> nodes, IReadOnlyList<Address> members, bool hasQuorum, IReadOnlyList<RemoteNode>? others = null) =>
        _view = new View(nodes, members, others ?? [], hasQuorum);

    private sealed record View(IReadOnlyList<Address> Nodes, IReadOnlyList<Address> Members, IReadOnlyList<RemoteNode> Others, bool HasQuorum);
}
