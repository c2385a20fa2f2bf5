namespace Notify.Broker.Channels;

/// <summary>Represents a place in a channel: all notifications of the epoch up to the offset are known.</summary>
/// <param name="Epoch">The random id of the channel's history. It changes when history is lost.</param>
/// <param name="Offset">The offset of the last known notification; 0 before the first.</param>
public readonly record struct Position(string Epoch, long Offset);
