namespace Notify.Broker.Clustering;

/// <summary>Decides whether a part of a cluster may continue.</summary>
internal static class Quorum
{
    /// <summary>Returns whether the nodes that reach each other are enough.</summary>
    /// <param name="reachable">The number of members that are up and reach each other, including this node.</param>
    /// <param name="up">The number of members that are up, reachable or not.</param>
    /// <param name="settings">The settings of the cluster.</param>
    public static bool IsReached(int reachable, int up, ClusterSettings settings) => settings switch
    {
        { IsClustered: false } => reachable > 0,
        { IsPair: true } => reachable >= settings.Majority,
        _ => reachable >= settings.Majority && reachable * 2 > up,
    };
}
