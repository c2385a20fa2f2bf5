namespace Notify.Server.Operators;

/// <summary>
/// Describes a channel of a connection. The position is that of the last notification that its node queued for the connection, or at which
/// the join was answered: what was given to the connection, and not what its client has read.
/// </summary>
/// <param name="Channel">The name.</param>
/// <param name="Epoch">The epoch of the position; null while the join is not answered.</param>
/// <param name="Offset">The offset of the position; null while the join is not answered.</param>
public sealed record ConnectionChannel(string Channel, string? Epoch, long? Offset);
