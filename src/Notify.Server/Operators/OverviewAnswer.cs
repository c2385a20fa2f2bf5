namespace Notify.Server.Operators;

/// <summary>Adds up the nodes of the cluster.</summary>
public sealed record OverviewAnswer
{
    /// <summary>Gets the number of open connections.</summary>
    public required long Connections { get; init; }

    /// <summary>Gets the number of channels in memory.</summary>
    public required long Channels { get; init; }

    /// <summary>Gets the number of subscriptions.</summary>
    public required long Subscriptions { get; init; }

    /// <summary>Gets the requests to publish a second that were accepted.</summary>
    public required double Sends { get; init; }

    /// <summary>Gets the deliveries a second.</summary>
    public required double Deliveries { get; init; }

    /// <summary>Gets the last minute, second by second, the oldest first.</summary>
    public required IReadOnlyList<ActivityPoint> Points { get; init; }

    /// <summary>Gets the nodes that answered.</summary>
    public required IReadOnlyList<NodeStatus> Nodes { get; init; }

    /// <summary>Gets the names of the nodes that did not answer within a second.</summary>
    public required IReadOnlyList<string> Silent { get; init; }

    /// <summary>Adds up nodes.</summary>
    public static OverviewAnswer Of(NodesAnswer answer)
    {
        var nodes = answer.Nodes;
        return new OverviewAnswer
        {
            Connections = nodes.Sum(static node => node.Connections.Values.Sum()),
            Channels = nodes.Sum(static node => node.Channels),
            Subscriptions = nodes.Sum(static node => node.Subscriptions),
            Sends = nodes.Sum(static node => node.Sends),
            Deliveries = nodes.Sum(static node => node.Deliveries),
            Points = Add([.. nodes.Select(static node => node.Points)]),
            Nodes = [.. nodes.Select(static node => node with { Points = [] })],
            Silent = answer.Silent,
        };
    }

    // The clocks of nodes are not compared: their seconds are aligned at the newest one.
    private static List<ActivityPoint> Add(IReadOnlyList<IReadOnlyList<ActivityPoint>> nodes)
    {
        var sums = new List<ActivityPoint>();
        for (var age = nodes.Max(static points => points.Count); age >= 1; age--)
        {
            var second = nodes.Where(points => points.Count >= age).Select(points => points[^age]).ToList();
            sums.Add(new ActivityPoint(
                second[0].At,
                second.Sum(static point => point.Connections),
                second.Sum(static point => point.Sends),
                second.Sum(static point => point.Failed),
                second.Sum(static point => point.Deliveries),
                second.Max(static point => point.DelayP99Ms)));
        }

        return sums;
    }
}
