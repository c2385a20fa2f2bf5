using System.Buffers.Binary;

namespace Notify.Broker.Inboxes;

/// <summary>
/// Encodes the state of an inbox for the store and for other nodes: a version byte, the floor, then each set as its number of ranges and,
/// for each range, its distance from the end of the previous one (the first: from the floor) and its length less one. Version 2 adds the
/// collapse keys and the expiry times: their number and, for each, the distance of its offset and the key (8 bytes, little-endian) or the
/// time; and then the announcements, see <see cref="FollowFormat"/>. All other numbers are unsigned LEB128. Two hundred items with a few
/// exceptions need about 15 bytes.
/// </summary>
public static class InboxFormat
{
    /// <summary>The maximum size of an encoded state, in bytes. A change that needs more is refused.</summary>
    public const int MaxBytes = 32 * 1024;

    // A state without collapse keys, expiry times and announcements has version 1.
    private const byte Marks = 1;
    private const byte MarksAndMore = 2;

    /// <summary>Encodes a state.</summary>
    public static byte[] Encode(InboxState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var version = state.Keys.Count + state.Expiries.Count + state.Follows.Count > 0 ? MarksAndMore : Marks;
        var bytes = new List<byte>(16) { version };
        Write(bytes, state.Floor);
        foreach (var set in new[] { state.Seen, state.Read, state.Archived, state.Clicked, state.Gone })
        {
            Write(bytes, set, state.Floor);
        }

        if (version == MarksAndMore)
        {
            Write(bytes, state.Keys, state.Floor, WriteKey);
            Write(bytes, state.Expiries, state.Floor, Write);
            FollowFormat.Write(bytes, state.Follows);
        }

        return [.. bytes];
    }

    /// <summary>Decodes a state.</summary>
    /// <param name="bytes">The encoded state.</param>
    /// <param name="revision">Its revision, which is stored beside it.</param>
    /// <param name="size">The number of newest notifications that are items.</param>
    /// <exception cref="InvalidDataException">The bytes are not a state, or are written by a newer version of Notify.</exception>
    public static InboxState Decode(ReadOnlySpan<byte> bytes, long revision, int size)
    {
        if (bytes.IsEmpty || bytes[0] is not (Marks or MarksAndMore))
        {
            throw new InvalidDataException("The state of an inbox has an unknown format. Is it written by a newer version of Notify?");
        }

        var version = bytes[0];
        bytes = bytes[1..];
        var floor = Read(ref bytes);
        var state = new InboxState(size)
        {
            Revision = revision,
            Floor = floor,
            Seen = ReadSet(ref bytes, floor),
            Read = ReadSet(ref bytes, floor),
            Archived = ReadSet(ref bytes, floor),
            Clicked = ReadSet(ref bytes, floor),
            Gone = ReadSet(ref bytes, floor),
        };
        if (version == MarksAndMore)
        {
            state = state with { Keys = ReadMap(ref bytes, floor, ReadKey), Expiries = ReadMap(ref bytes, floor, Read) };
            state = state with { Follows = FollowFormat.Read(ref bytes) };
        }

        return bytes.IsEmpty ? state : throw Damaged();
    }

    private delegate long NumberReader(ref ReadOnlySpan<byte> bytes);

    internal static void Write(List<byte> bytes, RangeSet set, long floor)
    {
        Write(bytes, set.Count);
        var end = floor;
        foreach (var range in set)
        {
            Write(bytes, range.From - end - 1);
            Write(bytes, range.Count - 1);
            end = range.To;
        }
    }

    internal static void Write(List<byte> bytes, long number)
    {
        var rest = (ulong)number;
        for (; rest >= 0x80; rest >>= 7)
        {
            bytes.Add((byte)(rest | 0x80));
        }

        bytes.Add((byte)rest);
    }

    internal static long Read(ref ReadOnlySpan<byte> bytes)
    {
        long number = 0;
        for (int i = 0, shift = 0; i < bytes.Length && shift < 63; i++, shift += 7)
        {
            number |= (long)(bytes[i] & 0x7F) << shift;
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return number;
            }
        }

        throw Damaged();
    }

    private static void Write(List<byte> bytes, OffsetMap map, long floor, Action<List<byte>, long> writeNumber)
    {
        Write(bytes, map.Count);
        foreach (var entry in map)
        {
            Write(bytes, entry.Offset - floor - 1);
            writeNumber(bytes, entry.Number);
            floor = entry.Offset;
        }
    }

    private static void WriteKey(List<byte> bytes, long key)
    {
        Span<byte> field = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(field, key);
        bytes.AddRange(field);
    }

    private static long ReadKey(ref ReadOnlySpan<byte> bytes)
    {
        if (!BinaryPrimitives.TryReadInt64LittleEndian(bytes, out var key))
        {
            throw Damaged();
        }

        bytes = bytes[sizeof(long)..];
        return key;
    }

    private static OffsetMap ReadMap(ref ReadOnlySpan<byte> bytes, long floor, NumberReader readNumber)
    {
        var count = Read(ref bytes);
        var entries = new List<OffsetMap.Entry>();
        for (long i = 0; i < count; i++)
        {
            var offset = floor + 1 + Read(ref bytes);
            if (offset <= floor)
            {
                throw Damaged();
            }

            entries.Add(new OffsetMap.Entry(offset, readNumber(ref bytes)));
            floor = offset;
        }

        return OffsetMap.Of(entries);
    }

    internal static RangeSet ReadSet(ref ReadOnlySpan<byte> bytes, long floor)
    {
        var count = Read(ref bytes);
        var ranges = new List<OffsetRange>();
        var end = floor;
        for (long i = 0; i < count; i++)
        {
            // Ranges of one set neither touch nor overlap; only the first may begin right above the floor.
            var gap = Read(ref bytes);
            var from = end + 1 + gap;
            var to = from + Read(ref bytes);
            if ((gap == 0 && i > 0) || from <= end || to < from)
            {
                throw Damaged();
            }

            ranges.Add(new OffsetRange(from, to));
            end = to;
        }

        return RangeSet.Of(ranges);
    }

    internal static InvalidDataException Damaged() => new("The state of an inbox is damaged.");
}
