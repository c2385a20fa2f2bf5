namespace Notify.Broker.Messages;

/// <summary>Lists the nodes that are up and with which a node would continue, including itself.</summary>
/// <param name="Nodes">The address of each node: <c>host:port</c>, an IPv6 address in brackets.</param>
public sealed record NodeList(IReadOnlyList<string> Nodes) : IClusterMessage;
