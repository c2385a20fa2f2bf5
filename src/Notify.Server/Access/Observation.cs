namespace Notify.Server.Access;

/// <summary>Counts the members of one group.</summary>
/// <param name="Key">The group.</param>
/// <param name="Count">How many there were.</param>
/// <param name="Example">The channel of the last one; null for a token.</param>
/// <param name="LastAt">When the last one was.</param>
internal sealed record Observation(ObservationKey Key, long Count, string? Example, DateTimeOffset LastAt);
