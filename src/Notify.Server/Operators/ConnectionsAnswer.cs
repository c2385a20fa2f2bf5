namespace Notify.Server.Operators;

/// <summary>Lists open connections.</summary>
/// <param name="Connections">The connections by id.</param>
/// <param name="Next">The value of <c>after</c> for the next page; null at the end.</param>
/// <param name="Silent">The names of the nodes that did not answer within a second.</param>
public sealed record ConnectionsAnswer(IReadOnlyList<ConnectionInfo> Connections, string? Next, IReadOnlyList<string> Silent);
