namespace Notify.Broker.Queries;

/// <summary>Holds the answers of all nodes to one question.</summary>
/// <param name="Answers">The name of each node that answered, and its answer as JSON in UTF-8. This node is the first.</param>
/// <param name="Silent">The names of the nodes that did not answer in time.</param>
public sealed record NodeReplies(IReadOnlyList<(string Node, ReadOnlyMemory<byte> Json)> Answers, IReadOnlyList<string> Silent);
