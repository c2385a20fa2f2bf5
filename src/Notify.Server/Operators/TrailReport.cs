namespace Notify.Server.Operators;

/// <summary>Holds what one node remembers of notifications.</summary>
/// <param name="Sends">How it answered requests to publish.</param>
/// <param name="Deliveries">To how many sockets they went.</param>
/// <param name="Replays">Which of them clients received later.</param>
/// <param name="KnownSince">The time after which there were no other deliveries and replays, in Unix milliseconds.</param>
internal sealed record TrailReport(
    IReadOnlyList<TrailSend> Sends, IReadOnlyList<TrailDelivery> Deliveries, IReadOnlyList<TrailReplay> Replays, long KnownSince);
