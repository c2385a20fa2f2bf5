using Akka.Cluster;

namespace Notify.Broker.Clustering;

/// <summary>A member of the cluster, as far as it matters for who goes on.</summary>
/// <param name="Node">Which one.</param>
/// <param name="Status">How far it has joined or left.</param>
internal readonly record struct DowningMember(UniqueAddress Node, MemberStatus Status)
{
    /// <summary>Whether it counts as one of the cluster: it is up, and leaving only counts when it has gone.</summary>
    public bool Counts => Status is MemberStatus.Up or MemberStatus.Leaving;

    /// <summary>Whether it is on its way in. The other side of a broken link may take it for up already.</summary>
    public bool Joins => Status is MemberStatus.Joining or MemberStatus.WeaklyUp;
}
