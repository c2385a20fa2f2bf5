using System.Text;
using System.Text.Unicode;

namespace Notify.Protocol;

/// <summary>Applies JavaScript's view of text (UTF-16 units, replacement of invalid bytes) to UTF-8 bytes.</summary>
internal static class Utf8Text
{
    /// <summary>
    /// Returns <paramref name="bytes"/> itself if it is valid UTF-8, and otherwise a copy with U+FFFD for each invalid part (at most three
    /// times as long).
    /// </summary>
    public static ReadOnlyMemory<byte> Repair(ReadOnlyMemory<byte> bytes) =>
        Utf8.IsValid(bytes.Span) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span));

    /// <summary>
    /// Computes the number of bytes of the first <paramref name="units"/> UTF-16 units in <paramref name="utf8"/>. Returns false if the
    /// text is shorter, with its whole length in <paramref name="bytes"/>, or if the last unit is half of a surrogate pair.
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
    /// Undoes the double encoding of 1.x clients. If all characters outside ASCII are below U+0100 and form valid UTF-8 when taken as
    /// bytes, returns those bytes; otherwise <paramref name="utf8"/> (valid UTF-8) itself.
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
