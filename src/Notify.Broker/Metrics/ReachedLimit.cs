namespace Notify.Broker.Metrics;

/// <summary>Describes a limit that was reached lately.</summary>
/// <param name="Limit">The limit, as in the metric: <c>connections</c>, for example.</param>
/// <param name="Count">The refusals since <paramref name="First"/>.</param>
/// <param name="First">The first refusal after the last minute without one.</param>
/// <param name="Last">The last refusal.</param>
public sealed record ReachedLimit(string Limit, long Count, DateTimeOffset First, DateTimeOffset Last);
