namespace Notify.Client;

/// <summary>Represents notifications that a listener has missed and that the server no longer has.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Position">Where the channel is now. Everything after it follows.</param>
/// <param name="Last">The last position that the listener had; null when it had none.</param>
public sealed record HistoryLost(string Channel, NotifyPosition? Position, NotifyPosition? Last);
