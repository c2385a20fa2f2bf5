using System.Collections;
using System.Reflection;
using Akka.Cluster;

namespace Notify.Broker.Clustering;

/// <summary>
/// Reads who reports whom as unreachable. Akka tells it to its own resolver and has no public type for it; README.md says what to check at
/// an upgrade. What is missing is found when this type is first used, which is before the node joins.
/// </summary>
internal static class LinkReports
{
    private const string Reachable = "Reachable";

    /// <summary>The event to subscribe to. It is told when a report comes, changes or goes, with all that there are.</summary>
    public static readonly Type EventType =
        typeof(Akka.Cluster.Cluster).Assembly.GetType("Akka.Cluster.ClusterEvent+ReachabilityChanged", throwOnError: true)!;

    private static readonly PropertyInfo Reachability = Property(EventType, "Reachability");
    private static readonly PropertyInfo Records = Property(Reachability.PropertyType, "Records");
    private static readonly Type Record = Records.PropertyType.GetGenericArguments().Single();
    private static readonly PropertyInfo Observer = Property(Record, "Observer");
    private static readonly PropertyInfo Subject = Property(Record, "Subject");
    private static readonly PropertyInfo Status = Property(Record, "Status");

    /// <summary>Whether a message is the event.</summary>
    public static bool Is(object message) => message.GetType() == EventType;

    /// <summary>The links that one of the two ends, or both, report as broken.</summary>
    public static BrokenLinks<UniqueAddress> Read(object reachabilityChanged)
    {
        var links = new BrokenLinks<UniqueAddress>();
        foreach (var record in (IEnumerable)Records.GetValue(Reachability.GetValue(reachabilityChanged))!)
        {
            if (Status.GetValue(record)!.ToString() != Reachable)
            {
                links.Add((UniqueAddress)Observer.GetValue(record)!, (UniqueAddress)Subject.GetValue(record)!);
            }
        }

        return links;
    }

    private static PropertyInfo Property(Type type, string name) => type.GetProperty(name)
        ?? throw new MissingMemberException(type.FullName, name);
}
