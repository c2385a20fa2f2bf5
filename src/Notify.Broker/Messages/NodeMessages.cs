namespace Notify.Broker.Messages;

/// <summary>Requests the nodes with which a node would continue; answered by <see cref="NodeList"/>.</summary>
public sealed record ListNodes : IClusterMessage
{
    /// <summary>The single instance.</summary>
    public static readonly ListNodes Instance = new();
}

/// <summary>Lists the nodes that are up and with which a node would continue, including itself.</summary>
/// <param name="Nodes">The address of each node: <c>host:port</c>, an IPv6 address in brackets.</param>
public sealed record NodeList(IReadOnlyList<string> Nodes) : IClusterMessage;
