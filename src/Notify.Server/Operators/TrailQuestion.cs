namespace Notify.Server.Operators;

/// <summary>Selects what a node remembers of notifications: those with an id, or those of a channel.</summary>
/// <param name="Id">The id of the notification; null for a channel.</param>
/// <param name="Channel">The channel; null for an id.</param>
/// <param name="Offset">The only offset; null for all.</param>
internal sealed record TrailQuestion(string? Id, string? Channel, long? Offset);
