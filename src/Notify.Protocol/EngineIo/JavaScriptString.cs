using System.Buffers;

namespace Notify.Protocol.EngineIo;

/// <summary>Writes UTF-8 text as a JavaScript string literal: a JSON string in which U+2028 and U+2029 are escaped as well.</summary>
internal static class JavaScriptString
{
    private const byte LeadOfSeparators = 0xE2;

    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\', LeadOfSeparators]);

    /// <summary>Writes <paramref name="utf8"/> between double quotes.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        output.Write("\""u8);
        while (true)
        {
            var plain = utf8.IndexOfAny(Special);
            if (plain < 0)
            {
                break;
            }

            output.Write(utf8[..plain]);
            utf8 = utf8[(plain + WriteSpecial(output, utf8[plain..]))..];
        }

        output.Write(utf8);
        output.Write("\""u8);
    }

    /// <summary>Writes the first character of <paramref name="rest"/> and returns its length in bytes.</summary>
    private static int WriteSpecial(IBufferWriter<byte> output, ReadOnlySpan<byte> rest)
    {
        switch (rest[0])
        {
            case LeadOfSeparators when rest.StartsWith("\u2028"u8):
                output.Write("\\u2028"u8);
                return 3;
            case LeadOfSeparators when rest.StartsWith("\u2029"u8):
                output.Write("\\u2029"u8);
                return 3;
            case LeadOfSeparators:
                output.Write(rest[..1]);
                return 1;
            case (byte)'\b':
                output.Write("\\b"u8);
                return 1;
            case (byte)'\f':
                output.Write("\\f"u8);
                return 1;
            case (byte)'\n':
                output.Write("\\n"u8);
                return 1;
            case (byte)'\r':
                output.Write("\\r"u8);
                return 1;
            case (byte)'\t':
                output.Write("\\t"u8);
                return 1;
            case < 0x20 and var control:
                output.Write("\\u00"u8);
                output.Write([(byte)('0' + (control >> 4)), "0123456789abcdef"u8[control & 0xF]]);
                return 1;
            default:
                output.Write([(byte)'\\', rest[0]]);
                return 1;
        }
    }
}
