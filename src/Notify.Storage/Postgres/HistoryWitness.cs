using Notify.Broker.Channels;

namespace Notify.Storage.Postgres;

/// <summary>
/// Remembers the newest notification that a node has kept. What is lost of a database is always its end, so whoever finds this one has all
/// that the node had kept before.
/// </summary>
/// <param name="Generation">The generation in which it was kept.</param>
/// <param name="Row">The channel's row.</param>
/// <param name="Channel">The channel's name.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Id">Its id.</param>
/// <param name="At">When it was kept, in milliseconds of a monotonic clock.</param>
internal sealed record HistoryWitness(long Generation, long Row, string Channel, long Offset, PublishId Id, long At);
