using System.Text;
using System.Text.Unicode;

namespace Notify.Protocol.Send;

/// <summary>Converts the bytes of a body to valid UTF-8 without a byte order mark, and copies only where necessary.</summary>
internal static class SendBodyText
{
    private const int ByteOrderProbe = 64;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Returns the body as valid UTF-8. Invalid parts become U+FFFD, and an odd last byte of UTF-16 is dropped.</summary>
    public static ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> body, SendCharset charset)
    {
        if (charset == SendCharset.Utf8)
        {
            var text = body.Span.StartsWith(Utf8Mark) ? body[Utf8Mark.Length..] : body;
            return Utf8.IsValid(text.Span) ? text : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text.Span));
        }

        var bigEndian = charset == SendCharset.Utf16BigEndian || (charset == SendCharset.Utf16 && LooksBigEndian(body.Span));
        var encoding = bigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode;
        var decoded = encoding.GetString(body.Span[..(body.Length & ~1)]);
        var mark = decoded.StartsWith('\uFEFF') ? 1 : 0;
        return Encoding.UTF8.GetBytes(decoded, mark, decoded.Length - mark);
    }

    private static bool LooksBigEndian(ReadOnlySpan<byte> body)
    {
        if (body.Length < 2 || body is [0xFF, 0xFE, ..])
        {
            return false;
        }

        if (body is [0xFE, 0xFF, ..])
        {
            return true;
        }

        // Most bodies are ASCII, with zero as the high byte.
        var balance = 0;
        for (var i = 0; i + 1 < Math.Min(body.Length, ByteOrderProbe); i += 2)
        {
            balance += (body[i], body[i + 1]) switch
            {
                (0, not 0) => 1,
                (not 0, 0) => -1,
                _ => 0,
            };
        }

        return balance > 0;
    }
}
