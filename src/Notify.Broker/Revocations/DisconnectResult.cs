namespace Notify.Broker.Revocations;

/// <summary>Describes what nodes have confirmed.</summary>
/// <param name="Connections">The number of connections that end.</param>
/// <param name="Nodes">The number of nodes that confirmed, including this one.</param>
/// <param name="Silent">The nodes (<c>host:port</c>) that did not confirm in time. They read revocations from the store later.</param>
public sealed record DisconnectResult(int Connections, int Nodes, IReadOnlyList<string> Silent);
