using Notify.Broker.Channels;

namespace Notify.Storage.Postgres;

/// <summary>
/// Remembers the newest notification that a node has stored. A database always loses the end of its history, so if this notification still
/// exists, everything that the node stored before it exists as well.
/// </summary>
/// <param name="Generation">The generation in which the notification was stored.</param>
/// <param name="Row">The channel's row.</param>
/// <param name="Channel">The channel's name.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Id">Its id.</param>
/// <param name="At">When the notification was stored, in milliseconds of a monotonic clock.</param>
internal sealed record HistoryWitness(long Generation, long Row, string Channel, long Offset, PublishId Id, long At);
