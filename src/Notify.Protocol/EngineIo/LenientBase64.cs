using System.Buffers;
using System.Buffers.Text;

namespace Notify.Protocol.EngineIo;

/// <summary>
/// Decodes base64 as the JavaScript servers do, so that no text is an error: both alphabets are accepted, other characters are skipped, the
/// first <c>=</c> ends the text, and bits that do not fill a byte are dropped.
/// </summary>
internal static class LenientBase64
{
    /// <summary>Decodes <paramref name="text"/> into a new array of at most three quarters of its length.</summary>
    public static ReadOnlyMemory<byte> Decode(ReadOnlySpan<byte> text)
    {
        var bytes = GC.AllocateUninitializedArray<byte>((text.Length / 4 * 3) + 3);
        var status = Base64.DecodeFromUtf8(text, bytes, out _, out var written);
        if (status != OperationStatus.Done)
        {
            written = DecodeCarefully(text, bytes);
        }

        return bytes.AsMemory(0, written);
    }

    private static int DecodeCarefully(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        var written = 0;
        var held = 0;
        var bits = 0u;
        foreach (var character in text)
        {
            if (character == '=')
            {
                break;
            }

            var value = ValueOf(character);
            if (value < 0)
            {
                continue;
            }

            bits = (bits << 6) | (uint)value;
            held += 6;
            if (held >= 8)
            {
                held -= 8;
                bytes[written++] = (byte)(bits >> held);
            }
        }

        return written;
    }

    private static int ValueOf(byte character) => (char)character switch
    {
        >= 'A' and <= 'Z' => character - 'A',
        >= 'a' and <= 'z' => character - 'a' + 26,
        >= '0' and <= '9' => character - '0' + 52,
        '+' or '-' => 62,
        '/' or '_' => 63,
        _ => -1,
    };
}
