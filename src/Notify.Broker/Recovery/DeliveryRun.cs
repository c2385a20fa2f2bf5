namespace Notify.Broker.Recovery;

/// <summary>Consecutive notifications of one channel, written one after the other.</summary>
/// <param name="Channel">The channel; null for a mark, whose number stands in the place of the offsets.</param>
/// <param name="Epoch">The life of the channel's history.</param>
/// <param name="From">The first offset.</param>
/// <param name="To">The last offset.</param>
internal record struct DeliveryRun(string? Channel, string Epoch, long From, long To);
