namespace Notify.Broker.Messages;

/// <summary>Names the nodes that are up and that a node goes on with, itself among them.</summary>
/// <param name="Nodes">Where each is dialled: <c>host:port</c>, an IPv6 address in brackets.</param>
public sealed record NodeList(IReadOnlyList<string> Nodes) : IClusterMessage;
