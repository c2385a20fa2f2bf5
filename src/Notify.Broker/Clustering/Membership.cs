using Akka.Actor;
using Notify.Broker.Metrics;

namespace Notify.Broker.Clustering;

/// <summary>Holds this node's view of the cluster. Any thread reads it; <see cref="MembershipActor"/> writes it.</summary>
public sealed class Membership
{
    private volatile View _view = new([], [], [], HasQuorum: false, default, []);

    /// <summary>
    /// Gets the nodes that are up and with which this node would continue, including itself. All of them reach each other.
    /// </summary>
    public IReadOnlyList<Address> Nodes => _view.Nodes;

    /// <summary>
    /// Gets whether this node reaches enough nodes that no other part of the cluster can also have a quorum. Without it nothing is
    /// accepted.
    /// </summary>
    public bool HasQuorum => _view.HasQuorum;

    /// <summary>Returns whether there is a member at an address, reachable or not.</summary>
    public bool Has(Address address) => _view.Members.Contains(address);

    /// <summary>Gets all members, whether reachable or not, joining or leaving, including this node.</summary>
    public IReadOnlyList<Address> Members => _view.Members;

    /// <summary>
    /// Returns the other nodes whose socket ids begin with <paramref name="socketTag"/>, even if they are leaving or unreachable: none, one
    /// or, by chance, several.
    /// </summary>
    public IReadOnlyList<RemoteNode> FindNodes(ushort socketTag)
    {
        // A linear search, because a cluster has only a few nodes.
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

    /// <summary>Gets the members that some node does not reach.</summary>
    public IReadOnlyList<Address> Unreachable => _view.Unreachable;

    /// <summary>Gets the numbers of members by status.</summary>
    public MemberCounts Counts => _view.Counts;

    internal void Set(
        IReadOnlyList<Address> nodes,
        IReadOnlyList<Address> members,
        bool hasQuorum,
        IReadOnlyList<RemoteNode>? others = null,
        MemberCounts counts = default,
        IReadOnlyList<Address>? unreachable = null) =>
        _view = new View(nodes, members, others ?? [], hasQuorum, counts, unreachable ?? []);

    private sealed record View(
        IReadOnlyList<Address> Nodes,
        IReadOnlyList<Address> Members,
        IReadOnlyList<RemoteNode> Others,
        bool HasQuorum,
        MemberCounts Counts,
        IReadOnlyList<Address> Unreachable);
}
