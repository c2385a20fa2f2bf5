using System.Buffers;
using System.Buffers.Binary;
using Notify.Broker.Channels;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Encodes the notifications of one commit as one row: a version byte, then for each notification its channel, offset, request, occurrence,
/// clock and payload length, little-endian, and the payload. Version 2 adds the length of the fields and the fields; it is used only where
/// a notification has some.
/// </summary>
internal static class TailBatch
{
    private const byte Plain = 1;
    private const byte WithFields = 2;
    private const int Header = 8 + 8 + 16 + 4 + 8 + 4;

    /// <summary>Encodes a batch for <see cref="Read"/>.</summary>
    public static void Write(IReadOnlyList<TailRow> rows, ArrayBufferWriter<byte> output)
    {
        var version = rows.All(static row => row.Meta.IsEmpty) ? Plain : WithFields;
        output.GetSpan(1)[0] = version;
        output.Advance(1);
        foreach (var row in rows)
        {
            var span = output.GetSpan(Header + row.Payload.Length);
            BinaryPrimitives.WriteInt64LittleEndian(span, row.Channel);
            BinaryPrimitives.WriteInt64LittleEndian(span[8..], row.Offset);
            row.Id.Request.TryWriteBytes(span[16..]);
            BinaryPrimitives.WriteInt32LittleEndian(span[32..], row.Id.Occurrence);
            BinaryPrimitives.WriteInt64LittleEndian(span[36..], row.At);
            BinaryPrimitives.WriteInt32LittleEndian(span[44..], row.Payload.Length);
            row.Payload.Span.CopyTo(span[Header..]);
            output.Advance(Header + row.Payload.Length);
            if (version == WithFields)
            {
                BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), row.Meta.Length);
                output.Advance(sizeof(int));
                output.Write(row.Meta.Span);
            }
        }
    }

    /// <summary>Decodes a batch.</summary>
    /// <param name="batch">The bytes that <see cref="Write"/> wrote.</param>
    /// <param name="storedAt">When the batch was stored, in Unix milliseconds.</param>
    /// <exception cref="InvalidDataException">The batch is incomplete or of another version.</exception>
    public static List<TailRow> Read(ReadOnlySpan<byte> batch, long storedAt)
    {
        if (batch.IsEmpty || batch[0] is not (Plain or WithFields))
        {
            throw new InvalidDataException("A batch of the tail has an unknown version.");
        }

        var version = batch[0];
        var rows = new List<TailRow>();
        for (batch = batch[1..]; !batch.IsEmpty;)
        {
            var length = batch.Length < Header ? -1 : BinaryPrimitives.ReadInt32LittleEndian(batch[44..]);
            if (length < 0 || length > batch.Length - Header)
            {
                throw Incomplete();
            }

            var row = new TailRow(
                BinaryPrimitives.ReadInt64LittleEndian(batch),
                BinaryPrimitives.ReadInt64LittleEndian(batch[8..]),
                new PublishId(new Guid(batch.Slice(16, 16)), BinaryPrimitives.ReadInt32LittleEndian(batch[32..])),
                BinaryPrimitives.ReadInt64LittleEndian(batch[36..]),
                storedAt,
                batch.Slice(Header, length).ToArray(),
                default);
            batch = batch[(Header + length)..];
            rows.Add(version == WithFields ? row with { Meta = ReadFields(ref batch) } : row);
        }

        return rows;
    }

    private static byte[] ReadFields(ref ReadOnlySpan<byte> batch)
    {
        if (!BinaryPrimitives.TryReadInt32LittleEndian(batch, out var length) || length < 0 || length > batch.Length - sizeof(int))
        {
            throw Incomplete();
        }

        var fields = batch.Slice(sizeof(int), length).ToArray();
        batch = batch[(sizeof(int) + length)..];
        return fields;
    }

    private static InvalidDataException Incomplete() => new("A batch of the tail is incomplete.");
}
