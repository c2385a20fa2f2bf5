using Notify.Broker.Channels;

namespace Notify.Storage.Sqlite;

/// <summary>Represents a notification in the tail that is not compacted yet.</summary>
/// <param name="Channel">The id of its channel's head row.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Id">The publish id.</param>
/// <param name="At">The owner's clock, in Unix milliseconds.</param>
/// <param name="StoredAt">When it was stored, in Unix milliseconds.</param>
/// <param name="Payload">The notification's JSON, UTF-8.</param>
/// <param name="Meta">The fields beside it, as JSON in UTF-8; empty for none.</param>
internal readonly record struct TailRow(
    long Channel, long Offset, PublishId Id, long At, long StoredAt, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Meta)
{
    /// <summary>Gets the size of its content in bytes.</summary>
    public int Size => Payload.Length + Meta.Length;
}
