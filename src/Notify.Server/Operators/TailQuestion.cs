namespace Notify.Server.Operators;

/// <summary>Asks a node for what happened since the same question before.</summary>
/// <param name="Id">Identifies the operator's request.</param>
/// <param name="Filter">A channel, a prefix with <c>*</c>, or empty for all.</param>
/// <param name="Only">The patterns of the channels that the operator may see; null for all.</param>
internal sealed record TailQuestion(Guid Id, string Filter, IReadOnlyList<string>? Only);
