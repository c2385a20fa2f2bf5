using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Notify.Protocol;

/// <summary>Rewrites JSON text so that it contains ASCII only (RFC 8259 section 7 escapes).</summary>
internal static class JsonAscii
{
    /// <summary>Returns <paramref name="utf8"/> as one array, with every character above U+007F written as <c>\uXXXX</c>.</summary>
    public static byte[] Escape(ReadOnlyMemory<byte> utf8)
    {
        var rest = utf8.Span;
        var output = new ArrayBufferWriter<byte>(utf8.Length + 64);
        Span<char> units = stackalloc char[2];
        while (!rest.IsEmpty)
        {
            var plain = rest.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            if (plain != 0)
            {
                output.Write(plain < 0 ? rest : rest[..plain]);
                if (plain < 0)
                {
                    break;
                }

                rest = rest[plain..];
            }

            Rune.DecodeFromUtf8(rest, out var rune, out var consumed);
            var count = rune.EncodeToUtf16(units);
            foreach (var unit in units[..count])
            {
                WriteEscape(output, unit);
            }

            rest = rest[consumed..];
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteEscape(ArrayBufferWriter<byte> output, char unit)
    {
        var span = output.GetSpan(6);
        span[0] = (byte)'\\';
        span[1] = (byte)'u';
        Utf8Formatter.TryFormat((ushort)unit, span[2..], out _, new StandardFormat('x', 4));
        output.Advance(6);
    }
}
