namespace Notify.Broker.Channels;

/// <summary>A place in a channel: everything up to <paramref name="Offset"/> of the life <paramref name="Epoch"/> is known.</summary>
/// <param name="Epoch">The random name of one life of the channel's history; it changes when history was lost.</param>
/// <param name="Offset">The offset of the last notification known; 0 before the first.</param>
public readonly record struct Position(string Epoch, long Offset);
