namespace Notify.Broker.Channels;

/// <summary>
/// Names a notification that was delivered, and therefore stored. A history that does not contain it lost its end.
/// </summary>
/// <param name="Position">Its position in the channel.</param>
/// <param name="Id">Its publish id; null if only the position is known.</param>
public sealed record KnownNotification(Position Position, PublishId? Id);
