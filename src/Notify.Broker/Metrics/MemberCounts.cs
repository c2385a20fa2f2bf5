namespace Notify.Broker.Metrics;

/// <summary>Represents the numbers of members of the cluster by status, as one node sees them.</summary>
/// <param name="Up">Members that take part and are reachable.</param>
/// <param name="Joining">Members that do not take part yet.</param>
/// <param name="Leaving">Members that leave.</param>
/// <param name="Unreachable">Members that cannot be reached, whatever else they are.</param>
public readonly record struct MemberCounts(long Up, long Joining, long Leaving, long Unreachable);
