namespace Notify.Broker.Channels;

/// <summary>
/// Says that somebody was told a notification, so that it was kept: whoever does not find it looks at a history that lost its end.
/// </summary>
/// <param name="Position">Its place in the channel.</param>
/// <param name="Id">The identity of the send; null when only the place is known.</param>
public sealed record KnownNotification(Position Position, PublishId? Id);
