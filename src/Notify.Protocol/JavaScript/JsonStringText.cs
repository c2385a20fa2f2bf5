using System.Globalization;
using System.Text;

namespace Notify.Protocol.JavaScript;

/// <summary>
/// Decodes JSON strings. The platform's readers reject the lone surrogate escapes that JavaScript accepts, so this class decodes escapes
/// itself and replaces lone surrogates by U+FFFD.
/// </summary>
internal static class JsonStringText
{
    /// <summary>Returns the text between the quotes. <paramref name="content"/> must come from a validated JSON string.</summary>
    public static string Decode(ReadOnlySpan<byte> content)
    {
        var escape = content.IndexOf((byte)'\\');
        return escape < 0 ? Encoding.UTF8.GetString(content) : Unescape(content, escape);
    }

    private static string Unescape(ReadOnlySpan<byte> rest, int escape)
    {
        var text = new StringBuilder(rest.Length);
        while (escape >= 0)
        {
            text.Append(Encoding.UTF8.GetString(rest[..escape]));
            var kind = rest[escape + 1];
            if (kind == 'u')
            {
                text.Append((char)ushort.Parse(rest.Slice(escape + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                rest = rest[(escape + 6)..];
            }
            else
            {
                text.Append(Short(kind));
                rest = rest[(escape + 2)..];
            }

            escape = rest.IndexOf((byte)'\\');
        }

        ReplaceLoneSurrogates(text.Append(Encoding.UTF8.GetString(rest)));
        return text.ToString();
    }

    private static char Short(byte kind) => kind switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)kind,
    };

    private static void ReplaceLoneSurrogates(StringBuilder text)
    {
        var copy = text.ToString();
        for (var i = 0; i < copy.Length; i++)
        {
            if (!char.IsSurrogate(copy[i]))
            {
                continue;
            }

            if (i + 1 < copy.Length && char.IsSurrogatePair(copy[i], copy[i + 1]))
            {
                i++;
            }
            else
            {
                text[i] = '\uFFFD';
            }
        }
    }
}
