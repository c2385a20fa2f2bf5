using System.Collections;
using System.Reflection;
using Akka.Cluster;

namespace Notify.Broker.Clustering;

/// <summary>
/// Reads the members' reports about unreachable members. Akka provides them to its own resolver and has no public type for them; README.md
/// describes the checks at an upgrade. A missing type is detected at the first use of this class, which is before the node joins.
/// </summary>
internal static class LinkReports
{
    private const string Reachable = "Reachable";

    /// <summary>
    /// The type of the event to subscribe to. It is published with all reports when a report is added, changed or removed.
    /// </summary>
    public static readonly Type EventType =
        typeof(Akka.Cluster.Cluster).Assembly.GetType("Akka.Cluster.ClusterEvent+ReachabilityChanged", throwOnError: true)!;

    private static readonly PropertyInfo Reachability = Property(EventType, "Reachability");
    private static readonly PropertyInfo Records = Property(Reachability.PropertyType, "Records");
    private static readonly Type Record = Records.PropertyType.GetGenericArguments().Single();
    private static readonly PropertyInfo Observer = Property(Record, "Observer");
    private static readonly PropertyInfo Subject = Property(Record, "Subject");
    private static readonly PropertyInfo Status = Property(Record, "Status");

    /// <summary>Returns whether a message is the event.</summary>
    public static bool Is(object message) => message.GetType() == EventType;

    /// <summary>Returns the links that one or both ends report as broken.</summary>
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
