using System.Text;
using System.Text.Unicode;

namespace Notify.Protocol;

/// <summary>What JavaScript's view of text (UTF-16 units, replacement of bad bytes) means for UTF-8 bytes.</summary>
internal static class Utf8Text
{
    /// <summary>Returns <paramref name="bytes"/> itself if it is UTF-8, else a copy with U+FFFD for what is not (at most three times as long).</summary>
    public static ReadOnlyMemory<byte> Repair(ReadOnlyMemory<byte> bytes) =>
        Utf8.IsValid(bytes.Span) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span));

    /// <summary>
    /// Finds how many bytes of <paramref name="utf8"/> hold its first <paramref name="units"/> UTF-16 units.
    /// False if there are fewer, then with <paramref name="bytes"/> all of it, or if the last unit is half a character.
    /// </summary>
    public static bool TryMeasure(ReadOnlySpan<byte> utf8, int units, out int bytes)
    {
        bytes = 0;
        while (units > 0 && bytes < utf8.Length)
        {
            var rest = utf8[bytes..];
            var ascii = rest[..Math.Min(units, rest.Length)].IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            if (ascii != 0)
            {
                var run = ascii < 0 ? Math.Min(units, rest.Length) : ascii;
                bytes += run;
                units -= run;
                continue;
            }

            Rune.DecodeFromUtf8(rest, out var rune, out var length);
            if (rune.Utf16SequenceLength > units)
            {
                return false;
            }

            bytes += length;
            units -= rune.Utf16SequenceLength;
        }

        return units == 0;
    }

    /// <summary>
    /// Undoes the double encoding of 1.x clients: if characters outside ASCII are all below
    /// U+0100 and, taken as bytes, are UTF-8, those bytes; else <paramref name="utf8"/> (valid UTF-8) itself.
    /// </summary>
    public static ReadOnlyMemory<byte> UndoDoubleEncoding(ReadOnlyMemory<byte> utf8)
    {
        const byte FirstLeadAboveLatin1 = 0xC4;
        var text = utf8.Span;
        var start = text.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
        if (start < 0 || text[start..].ContainsAnyInRange(FirstLeadAboveLatin1, (byte)0xFF))
        {
            return utf8;
        }

        var narrow = GC.AllocateUninitializedArray<byte>(text.Length);
        var count = Narrow(text, narrow);
        return Utf8.IsValid(narrow.AsSpan(0, count)) ? narrow.AsMemory(0, count) : utf8;
    }

    private static int Narrow(ReadOnlySpan<byte> latin, Span<byte> narrow)
    {
        var written = 0;
        for (var i = 0; i < latin.Length; i++)
        {
            narrow[written++] = latin[i] < 0x80 ? latin[i] : (byte)((latin[i] << 6) | (latin[++i] & 0x3F));
        }

        return written;
    }
}
