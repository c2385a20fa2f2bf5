namespace Notify.Client;

/// <summary>Represents the result of a send in one channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Id">The id of the publish.</param>
/// <param name="Position">The notification's position; null for a send to a single connection, which is not stored.</param>
public sealed record PublishResult(string Channel, string Id, NotifyPosition? Position);
