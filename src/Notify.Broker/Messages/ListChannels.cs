namespace Notify.Broker.Messages;

/// <summary>Asks a node which channels live there, where no store is shared that knows them all; answered by <see cref="ChannelList"/>.</summary>
/// <param name="Prefix">What their names begin with; empty for all.</param>
/// <param name="After">The name to go on after, or null.</param>
/// <param name="Limit">How many at most.</param>
public sealed record ListChannels(string Prefix, string? After, int Limit) : IClusterMessage;
