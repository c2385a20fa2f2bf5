namespace Notify.Server.Operators;

/// <summary>Holds what happened on a node.</summary>
/// <param name="Events">The events, in their order; null when the node has too many tails.</param>
/// <param name="Skipped">The number of events that did not fit.</param>
internal sealed record TailReport(IReadOnlyList<TailItem>? Events, long Skipped);
