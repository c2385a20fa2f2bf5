using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Notify.Protocol.Send;

/// <summary>
/// Describes the <c>Content-Type</c> header of a publish request. With a malformed header (for example a parameter without a value) the
/// body is not parsed, as in the original server.
/// </summary>
/// <param name="Kind">How the body is parsed.</param>
/// <param name="Charset">The charset. <see cref="SendCharset.Unsupported"/> is an error (415) only when the body is parsed.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SendContentType(SendContentKind Kind, SendCharset Charset)
{
    private const string Json = "application/json";
    private const string Form = "application/x-www-form-urlencoded";

    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~");

    /// <summary>Parses the header's value; null or empty is <see cref="SendContentKind.None"/>. Never throws.</summary>
    public static SendContentType Parse(string? header)
    {
        var rest = header.AsSpan();
        var semicolon = rest.IndexOf(';');
        var type = (semicolon < 0 ? rest : rest[..semicolon]).Trim(' ');
        var kind = type.Equals(Json, StringComparison.OrdinalIgnoreCase) ? SendContentKind.Json
            : type.Equals(Form, StringComparison.OrdinalIgnoreCase) ? SendContentKind.Form
            : SendContentKind.None;
        if (kind == SendContentKind.None || semicolon < 0)
        {
            return new SendContentType(kind, SendCharset.Utf8);
        }

        rest = rest[semicolon..];
        var charset = "";
        while (!rest.IsEmpty)
        {
            if (!TryReadParameter(ref rest, out var name, out var value))
            {
                return default;
            }

            if (name.Equals("charset", StringComparison.OrdinalIgnoreCase))
            {
                charset = value;
            }
        }

        return new SendContentType(kind, CharsetOf(kind, charset));
    }

    private static bool TryReadParameter(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> name, out string value)
    {
        name = default;
        value = "";
        if (rest[0] != ';')
        {
            return false;
        }

        rest = rest[1..].TrimStart(' ');
        name = ReadToken(ref rest);
        rest = rest.TrimStart(' ');
        if (name.IsEmpty || rest.IsEmpty || rest[0] != '=')
        {
            return false;
        }

        rest = rest[1..].TrimStart(' ');
        if (!rest.IsEmpty && rest[0] == '"')
        {
            if (!TryReadQuoted(ref rest, out value))
            {
                return false;
            }
        }
        else
        {
            value = ReadToken(ref rest).ToString();
            if (value.Length == 0)
            {
                return false;
            }
        }

        rest = rest.TrimStart(' ');
        return true;
    }

    private static ReadOnlySpan<char> ReadToken(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAnyExcept(Token);
        var token = end < 0 ? rest : rest[..end];
        rest = rest[token.Length..];
        return token;
    }

    private static bool TryReadQuoted(ref ReadOnlySpan<char> rest, out string value)
    {
        value = "";
        var text = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            var c = rest[i];
            if (c == '"')
            {
                value = text.ToString();
                rest = rest[(i + 1)..];
                return true;
            }

            var escaped = c == '\\';
            if (escaped)
            {
                i++;
                if (i == rest.Length)
                {
                    return false;
                }

                c = rest[i];
            }

            if (c is not (>= ' ' and <= '~') && (escaped || c is not (>= '\u0080' and <= '\u00FF')))
            {
                return false;
            }

            text.Append(c);
        }

        return false;
    }

    private static SendCharset CharsetOf(SendContentKind kind, string charset)
    {
        if (charset.Length == 0 || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return SendCharset.Utf8;
        }

        if (kind == SendContentKind.Form || !charset.StartsWith("utf-", StringComparison.OrdinalIgnoreCase))
        {
            return SendCharset.Unsupported;
        }

        // The original server's decoder ignores punctuation and a year in the name: UTF-16_LE, utf-8:2003.
        var name = charset.AsSpan();
        if (name.Length > 5 && name[^5] == ':' && !name[^4..].ContainsAnyExceptInRange('0', '9'))
        {
            name = name[..^5];
        }

        var plain = string.Concat(name.ToString().Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        return plain switch
        {
            "UTF8" => SendCharset.Utf8,
            "UTF16LE" => SendCharset.Utf16LittleEndian,
            "UTF16BE" => SendCharset.Utf16BigEndian,
            "UTF16" => SendCharset.Utf16,
            _ => SendCharset.Unsupported,
        };
    }
}
