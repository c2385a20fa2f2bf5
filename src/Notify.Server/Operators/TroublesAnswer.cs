namespace Notify.Server.Operators;

/// <summary>Lists what is wrong on the nodes of the cluster.</summary>
/// <param name="Nodes">The nodes that answered.</param>
/// <param name="Silent">The names of the nodes that did not answer within a second.</param>
public sealed record TroublesAnswer(IReadOnlyList<NodeTroublesAnswer> Nodes, IReadOnlyList<string> Silent);
