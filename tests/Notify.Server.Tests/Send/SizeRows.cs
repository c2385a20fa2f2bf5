using System.IO.Compression;
using System.Text;

namespace Notify.Server.Tests.Send;

internal static class SizeRows
{
    private const int Limit = 102400;

    public static IReadOnlyList<SendRow> All =>
    [
        Json(Limit),
        Json(Limit + 1).TooLarge(),
        (Json(Limit + 1) with { Name = "JSON 102401 bytes, wrong secret", Secret = ["notification_secret: wrong"] }).TooLarge(),
        Form(Limit),
        Form(Limit + 1).TooLarge(),
        SendRow.Form("text/plain 200 kB", new string('x', 2 * Limit), contentType: "text/plain").Missing(),
        Encoded("gzip", stream => new GZipStream(stream, CompressionMode.Compress), "\"gz\""),
        Encoded("deflate", stream => new ZLibStream(stream, CompressionMode.Compress), "\"df\""),
        Encoded("br", stream => new BrotliStream(stream, CompressionMode.Compress), "\"br\"").Unsupported(),
        Encoded("zzz", stream => stream, "\"zz\"").Unsupported(),
        (Encoded("gzip", stream => new GZipStream(stream, CompressionMode.Compress), $"\"{new string('x', Limit)}\"") with
        {
            Name = "gzip of too much",
        })
            .TooLarge(),
        SendRow.Json("chunked", """{"channel":"C","notification":"ch"}""", "<C>\"ch\"") with { IsChunked = true },
    ];

    private static SendRow Json(int length)
    {
        const string Head = "{\"channel\":\"C\",\"notification\":\"";
        var text = new string('x', length - Head.Length - 2);
        return SendRow.Json($"JSON {length} bytes", Head + text + "\"}", $"<C>\"{text}\"");
    }

    private static SendRow Form(int length)
    {
        const string Head = "channel=C&notification=";
        var text = new string('x', length - Head.Length);
        return SendRow.Form($"form {length} bytes", Head + text, $"<C>\"{text}\"");
    }

    private static SendRow Encoded(string encoding, Func<Stream, Stream> encode, string notification)
    {
        var body = new MemoryStream();
        using (var stream = encode(body))
        {
            stream.Write(Encoding.UTF8.GetBytes($$"""{"channel":"C","notification":{{notification}}}"""));
        }

        var row = SendRow.Of(encoding + " body", SendRow.JsonType, body.ToArray(), "<C>" + notification);
        return row with { Headers = [.. row.Headers, "Content-Encoding: " + encoding] };
    }
}
