namespace Notify.Broker.Trails;

/// <summary>Holds what a tail has collected since it was last read.</summary>
/// <param name="Events">The events, in their order.</param>
/// <param name="Skipped">The number of events that did not fit.</param>
public sealed record TailPage(IReadOnlyList<TailEvent> Events, long Skipped);
