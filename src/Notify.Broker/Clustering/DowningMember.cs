using Akka.Cluster;

namespace Notify.Broker.Clustering;

/// <summary>Describes a member of the cluster for the downing decision.</summary>
/// <param name="Node">The member's address.</param>
/// <param name="Status">The member's status.</param>
internal readonly record struct DowningMember(UniqueAddress Node, MemberStatus Status)
{
    /// <summary>Gets whether the member counts: it is up, or it is leaving and not gone yet.</summary>
    public bool Counts => Status is MemberStatus.Up or MemberStatus.Leaving;

    /// <summary>Gets whether the member is joining. The other side of a broken link may already consider it up.</summary>
    public bool Joins => Status is MemberStatus.Joining or MemberStatus.WeaklyUp;
}
