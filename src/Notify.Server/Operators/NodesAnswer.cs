namespace Notify.Server.Operators;

/// <summary>Lists the nodes of the cluster.</summary>
/// <param name="Nodes">The nodes that answered.</param>
/// <param name="Silent">The names of the nodes that did not answer within a second.</param>
public sealed record NodesAnswer(IReadOnlyList<NodeStatus> Nodes, IReadOnlyList<string> Silent);
