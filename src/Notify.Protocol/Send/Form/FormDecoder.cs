using System.Buffers;
using System.Globalization;
using System.Text;

namespace Notify.Protocol.Send.Form;

/// <summary>Decodes the percent encoding of form names and values.</summary>
internal static class FormDecoder
{
    private const int OnStack = 256;

    /// <summary>
    /// Decodes <c>+</c> as a space, and percent escapes. If one escape is malformed or not UTF-8, all escapes of the text stay unchanged.
    /// </summary>
    public static string Decode(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny('%', '+'))
        {
            return text.ToString();
        }

        char[]? rented = null;
        var buffer = text.Length <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            if (!TryUnescape(text, buffer, out var written))
            {
                text.Replace(buffer, '+', ' ');
                written = text.Length;
            }

            return buffer[..written].ToString();
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<char>.Shared.Return(rented);
            }
        }
    }

    private static bool TryUnescape(ReadOnlySpan<char> text, Span<char> buffer, out int written)
    {
        Span<byte> sequence = stackalloc byte[4];
        written = 0;
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (c != '%')
            {
                buffer[written++] = c == '+' ? ' ' : c;
                i++;
                continue;
            }

            if (!TryReadByte(text, i, out sequence[0]))
            {
                return false;
            }

            var length = sequence[0] switch
            {
                < 0x80 => 1,
                < 0xE0 => 2,
                < 0xF0 => 3,
                _ => 4,
            };
            for (var k = 1; k < length; k++)
            {
                if (!TryReadByte(text, i + (3 * k), out sequence[k]))
                {
                    return false;
                }
            }

            if (Rune.DecodeFromUtf8(sequence[..length], out var rune, out var consumed) != OperationStatus.Done || consumed != length)
            {
                return false;
            }

            written += rune.EncodeToUtf16(buffer[written..]);
            i += 3 * length;
        }

        return true;
    }

    private static bool TryReadByte(ReadOnlySpan<char> text, int at, out byte value)
    {
        value = 0;
        return at + 2 < text.Length && text[at] == '%'
            && byte.TryParse(text.Slice(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
