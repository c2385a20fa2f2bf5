namespace Notify.Broker.Recovery;

/// <summary>Represents consecutive notifications of one channel that were written one after the other.</summary>
/// <param name="Channel">The channel; null for a mark, whose number is stored instead of the offsets.</param>
/// <param name="Epoch">The epoch of the offsets.</param>
/// <param name="From">The first offset.</param>
/// <param name="To">The last offset.</param>
internal record struct DeliveryRun(string? Channel, string Epoch, long From, long To);
