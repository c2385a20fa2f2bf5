using System.Buffers.Text;

namespace Notify.Protocol.SocketIo;

/// <summary>
/// Replaces escapes of lone surrogates (<c>\ud83d</c> alone) in JSON by U+FFFD. JavaScript writes and reads them; .NET throws when such a
/// string is read, which may be long after it was decoded.
/// </summary>
internal static class LoneSurrogates
{
    private const int EscapeLength = 6;

    /// <summary>Returns <paramref name="json"/> itself, or a copy of the same length. Text that is not JSON stays unchanged.</summary>
    public static ReadOnlySpan<byte> Replace(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0)
        {
            return json;
        }

        byte[]? copy = null;
        var position = 0;
        while (json[position..].IndexOf((byte)'\\') is >= 0 and var skipped)
        {
            position += skipped;
            if (IsLow(json[position..]))
            {
                Blot(json, ref copy, position);
            }
            else if (IsHigh(json[position..]))
            {
                var low = position + EscapeLength;
                if (IsLow(json[low..]))
                {
                    position = low;
                }
                else
                {
                    Blot(json, ref copy, position);
                }
            }

            // Skips the escaped character, because a second backslash begins no escape. The digits after \u contain no backslash.
            position = Math.Min(position + 2, json.Length);
        }

        return copy ?? json;
    }

    private static bool IsHigh(ReadOnlySpan<byte> text) => UnitOf(text) is >= 0xD800 and <= 0xDBFF;

    private static bool IsLow(ReadOnlySpan<byte> text) => UnitOf(text) is >= 0xDC00 and <= 0xDFFF;

    /// <summary>Returns the UTF-16 unit of the escape at the start of <paramref name="text"/>, or -1.</summary>
    private static int UnitOf(ReadOnlySpan<byte> text) =>
        text.StartsWith("\\u"u8) && text.Length >= EscapeLength
            && Utf8Parser.TryParse(text[2..EscapeLength], out ushort unit, out var digits, 'x') && digits == 4
            ? unit
            : -1;

    private static void Blot(ReadOnlySpan<byte> json, ref byte[]? copy, int position)
    {
        copy ??= json.ToArray();
        "\\ufffd"u8.CopyTo(copy.AsSpan(position));
    }
}
