namespace Notify.Client;

/// <summary>Represents the place of a notification in its channel. Store the last one to continue after a restart.</summary>
/// <param name="Epoch">The epoch of the channel's history, which changes when that history starts over.</param>
/// <param name="Offset">The number of the notification: 1, 2, 3, without gaps.</param>
public sealed record NotifyPosition(string Epoch, long Offset);
