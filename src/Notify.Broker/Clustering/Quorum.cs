namespace Notify.Broker.Clustering;

/// <summary>Decides whether a part of a cluster may go on.</summary>
internal static class Quorum
{
    /// <summary>Whether those who see each other are enough.</summary>
    /// <param name="reachable">How many members are up and reach each other, this node among them.</param>
    /// <param name="up">How many members are up, reachable or not.</param>
    /// <param name="settings">The settings; null for a node that is alone by choice.</param>
    public static bool IsReached(int reachable, int up, ClusterSettings? settings) => settings switch
    {
        null => reachable > 0,
        { IsPair: true } => reachable >= settings.Majority,
        _ => reachable >= settings.Majority && reachable * 2 > up,
    };
}
