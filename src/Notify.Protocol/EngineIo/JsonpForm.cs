namespace Notify.Protocol.EngineIo;

/// <summary>Decodes the form in which a JSONP client posts a payload.</summary>
internal static class JsonpForm
{
    /// <summary>Finds the first field <c>d</c> and removes its escapes.</summary>
    public static EngineDecodeError Unwrap(ReadOnlyMemory<byte> form, out ReadOnlyMemory<byte> payload)
    {
        var fields = form.Span;
        foreach (var range in fields.Split((byte)'&'))
        {
            var field = fields[range];
            if (field.StartsWith("d="u8))
            {
                var value = field[2..].ToArray();
                var length = UnescapeForm(value);
                length = UnescapeNewlines(value.AsSpan(0, length));
                payload = value.AsMemory(0, length);
                return EngineDecodeError.None;
            }
        }

        payload = default;
        return EngineDecodeError.MissingField;
    }

    /// <summary>Decodes <c>+</c> and <c>%XX</c> in place. A percent sign without two hexadecimal digits is left unchanged.</summary>
    private static int UnescapeForm(Span<byte> text)
    {
        var written = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value == '+')
            {
                value = (byte)' ';
            }
            else if (value == '%'
                && i + 2 < text.Length
                && char.IsAsciiHexDigit((char)text[i + 1])
                && char.IsAsciiHexDigit((char)text[i + 2]))
            {
                value = (byte)((HexValue(text[i + 1]) << 4) | HexValue(text[i + 2]));
                i += 2;
            }

            text[written++] = value;
        }

        return written;
    }

    /// <summary>Replaces in place: backslash n becomes a newline, and backslash backslash n loses a backslash.</summary>
    private static int UnescapeNewlines(Span<byte> text)
    {
        var written = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var rest = text[i..];
            if (rest.StartsWith("\\\\n"u8))
            {
                text[written++] = (byte)'\\';
                text[written++] = (byte)'n';
                i += 2;
            }
            else if (rest.StartsWith("\\n"u8))
            {
                text[written++] = (byte)'\n';
                i++;
            }
            else
            {
                text[written++] = text[i];
            }
        }

        return written;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
