namespace Notify.Broker.Inboxes;

/// <summary>
/// Encodes the state of an inbox for the store and for other nodes: a version byte, the floor, then each set as its number of ranges and,
/// for each range, its distance from the end of the previous one (the first: from the floor) and its length less one. All numbers are
/// unsigned LEB128. Two hundred items with a few exceptions need about 15 bytes.
/// </summary>
public static class InboxFormat
{
    /// <summary>The maximum size of an encoded state, in bytes. A change that needs more is refused.</summary>
    public const int MaxBytes = 32 * 1024;

    private const byte Version = 1;

    /// <summary>Encodes a state.</summary>
    public static byte[] Encode(InboxState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var bytes = new List<byte>(16) { Version };
        Write(bytes, state.Floor);
        foreach (var set in new[] { state.Seen, state.Read, state.Archived, state.Clicked, state.Gone })
        {
            Write(bytes, set.Count);
            var end = state.Floor;
            foreach (var range in set)
            {
                Write(bytes, range.From - end - 1);
                Write(bytes, range.Count - 1);
                end = range.To;
            }
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
        if (bytes.IsEmpty || bytes[0] != Version)
        {
            throw new InvalidDataException("The state of an inbox has an unknown format. Is it written by a newer version of Notify?");
        }

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
        return bytes.IsEmpty ? state : throw Damaged();
    }

    private static void Write(List<byte> bytes, long number)
    {
        var rest = (ulong)number;
        for (; rest >= 0x80; rest >>= 7)
        {
            bytes.Add((byte)(rest | 0x80));
        }

        bytes.Add((byte)rest);
    }

    private static long Read(ref ReadOnlySpan<byte> bytes)
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

    private static RangeSet ReadSet(ref ReadOnlySpan<byte> bytes, long floor)
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

    private static InvalidDataException Damaged() => new("The state of an inbox is damaged.");
}
