namespace Notify.Server.Tests.Http;

/// <summary>
/// Lists the ways to end a body. An attacker who makes two programs disagree about it can smuggle a request past the first one.
/// </summary>
internal static class FramingRows
{
    private const string Chunked = "Transfer-Encoding: chunked\r\n";
    private const string Ok = "200 kept";
    private const string Refused = "400 closed";

    // The rest after the first 12 bytes of a body. The channel's name must stay whole, because each row has its own.
    private const string Rest = "8\r\nCHANNEL-\r\n13\r\n\",\"notification\":1}\r\n0\r\n\r\n";

    private static readonly string Long = new('x', 100_000);

    private static readonly string Longer = new string(' ', 102_400) + HttpRow.Hidden;

    private static readonly string HiddenLength = $"Content-Length: {HttpRow.Hidden.Length}\r\n";

    public static IReadOnlyList<HttpRow> All => [.. Lengths, .. Encodings, .. ChunkSizes, .. Trailers];

    private static IEnumerable<HttpRow> Lengths =>
    [
        Length("39", Ok).Sends(),
        Length(" 39", Ok).Sends(),
        Length("39 ", Ok).Sends(),
        Length("\t39\t", Ok).Sends(),
        Length("039", Ok).Sends(),
        Length("+39", Refused),
        Length("-39", Refused),
        Length("-0", Refused),
        Length("39,39", Refused),
        Length("39, 39", Refused),
        Length("39 39", Refused),
        Length("39;", Refused),
        Length("0x27", Refused),
        Length("39.0", Refused),
        Length("3 9", Refused),
        Length("\v39", Refused),
        Length("39\v", Refused),
        Length("\u00B39", Refused),
        Length("", Refused),
        Length("9223372036854775808", Refused),
        Length("18446744073709551655", Refused),
        Length(new string('0', 40) + "39", Refused),
        Length("9223372036854775807", "413 closed"),
        HttpRow.Send("a length twice", Refused, "Content-Length: 39\r\nContent-Length: 39\r\n", HttpRow.Body),
        HttpRow.Send("two lengths", Refused, "Content-Length: 0\r\nContent-Length: 39\r\n", HttpRow.Body),
        HttpRow.Send("two lengths, of different case", Refused, "Content-Length: 39\r\ncontent-length: 0\r\n", HttpRow.Body),

        // The body is another request. It must be read as a body, or not at all.
        HttpRow.Send("a request in a body that is refused", "400 kept", HiddenLength, HttpRow.Hidden),
        Hides("a request in a body that nobody reads", "POST /nowhere", HiddenLength, HttpRow.Hidden),
        Hides("a request in the body of GET /send", "GET /send", HiddenLength, HttpRow.Hidden),
        Hides("a request in the body of HEAD", "HEAD /send", HiddenLength, HttpRow.Hidden),
        Hides("a request in the chunks of GET", "GET /send", Chunked, $"{HttpRow.Hidden.Length:x}\r\n{HttpRow.Hidden}\r\n0\r\n\r\n"),
        HttpRow.Send("a request behind a body of 100 kB", "413 kept", $"Content-Length: {Longer.Length}\r\n", Longer),
    ];

    private static IEnumerable<HttpRow> Encodings =>
    [
        HttpRow.Send("chunks", Ok, Chunked, HttpRow.Chunks).Sends(),
        HttpRow.Send("chunks in capitals", Ok, "TRANSFER-ENCODING: Chunked\r\n", HttpRow.Chunks).Sends(),
        HttpRow.Send("length and chunks", Refused, $"Content-Length: 39\r\n{Chunked}", HttpRow.Chunks),
        HttpRow.Send("chunks and length", Refused, $"{Chunked}Content-Length: 39\r\n", HttpRow.Chunks),
        HttpRow.Send(
            "length, chunks, and the header that Kestrel makes of it",
            Refused,
            $"X-Content-Length: 1\r\nContent-Length: 39\r\n{Chunked}",
            HttpRow.Chunks),
        HttpRow.Send("that header without a value", Refused, $"x-content-length:\r\n{Chunked}Content-Length: 39\r\n", HttpRow.Chunks),
        HttpRow.Send("that header alone", Refused, "X-Content-Length: 39\r\nContent-Length: 39\r\n", HttpRow.Body),
        HttpRow.Send("chunks and no length at all", Refused, $"Content-Length: 0\r\n{Chunked}", HttpRow.Chunks),
        HttpRow.Send(
            "chunks that end before the length",
            Refused,
            $"Content-Length: {5 + HttpRow.Hidden.Length}\r\n{Chunked}",
            "0\r\n\r\n" + HttpRow.Hidden),
        Encoding("chunked\t", Ok).Sends(),
        Encoding("\tchunked", Ok).Sends(),
        Encoding("\vchunked", Refused),
        Encoding("xchunked", Refused),
        Encoding("chunkedx", Refused),
        Encoding("chunke\u00E4", Refused),
        Encoding("identity", Refused),
        Encoding("chunked, identity", Refused),
        Encoding("identity, chunked", "501 closed"),
        Encoding("gzip, chunked", "501 closed"),
        Encoding("chunked, chunked", "501 closed"),
        Encoding("chunked,", "501 closed"),
        Encoding(",chunked", "501 closed"),
        Encoding("\"chunked\"", Refused),
        Encoding("chunked;q=1", Refused),
        Encoding("", Refused),
        HttpRow.Send("chunked twice", "501 closed", Chunked + Chunked, HttpRow.Chunks),
        HttpRow.Send("chunked and then identity", Refused, $"{Chunked}Transfer-Encoding: identity\r\n", HttpRow.Chunks),
        HttpRow.Send("identity and then chunked", "501 closed", $"Transfer-Encoding: identity\r\n{Chunked}", HttpRow.Chunks),
        HttpRow.Send(
            "an underscore instead of the hyphen",
            Ok,
            "Transfer_Encoding: chunked\r\nContent-Length: 39\r\n",
            HttpRow.Body).Sends(),
        new(
            "chunks by HTTP/1.0",
            Refused,
            $"POST /send HTTP/1.0\r\n{HttpRow.Headers}{Chunked}Connection: keep-alive\r\n\r\n{HttpRow.Chunks}"),
    ];

    private static IEnumerable<HttpRow> ChunkSizes =>
    [
        Chunk("027\r\n", Ok).Sends(),
        Chunk("0000027\r\n", Ok).Sends(),
        Chunk("0000000000000027\r\n", Refused),
        Chunk("0x27\r\n", Refused),
        Chunk("-27\r\n", Refused),
        Chunk("+27\r\n", Refused),
        Chunk(" 27\r\n", Refused),
        Chunk("27 \r\n", Refused),
        Chunk("2 7\r\n", Refused),
        Chunk("27\n", Refused),
        Chunk("27\r", Refused),
        Chunk("27\r\r\n", Refused),
        Chunk("\r\n", Refused),
        Chunk("ffffffffffffffff\r\n", Refused),
        Chunk("100000027\r\n", Refused),
        Chunk("27;a=b\r\n", Ok).Sends(),
        Chunk("27;\r\n", Ok).Sends(),
        Chunk("27;a=\"b\"\r\n", Ok).Sends(),
        Chunk("27;a\n\r\n", Refused),
        Chunk("27;a\rb\r\n", Refused),
        Chunk($"27;{Long}\r\n", Ok).Sends(),
        HttpRow.Send("a chunk that is longer than it says", Refused, Chunked, $"26\r\n{HttpRow.Body}\r\n0\r\n\r\n"),
        HttpRow.Send("a chunk that ends with LF", Refused, Chunked, $"27\r\n{HttpRow.Body}\n0\r\n\r\n"),
        HttpRow.Send("a last chunk that ends with LF", Refused, Chunked, $"27\r\n{HttpRow.Body}\r\n0\n\r\n"),
        HttpRow.Send("a chunk of 200 kB", "413 kept", Chunked, $"30d40\r\n{Long}{Long}\r\n0\r\n\r\n"),
        HttpRow.Send(
            "chunks of one byte",
            Ok,
            Chunked,
            string.Concat($" {HttpRow.Body}"[..13].Select(value => $"1\r\n{value}\r\n")) + Rest).Sends(),
    ];

    private static IEnumerable<HttpRow> Trailers =>
    [
        Trailer("X: y\r\n\r\n", Ok).Sends(),
        Trailer("Content-Length: 5\r\n\r\n", Ok).Sends(),
        Trailer("notification_secret: wrong\r\n\r\n", Ok).Sends(),
        Trailer("X: y\n\r\n", Refused),
        Trailer("\n", Refused),
        Trailer("no colon\r\n\r\n", Refused),
        Trailer($"X: {Long}\r\n\r\n", "431 closed"),
    ];

    private static HttpRow Hides(string name, string request, string framing, string body) =>
        new(name, "404 kept", $"{request} HTTP/1.1\r\n{HttpRow.Headers}{framing}\r\n{body}");

    private static HttpRow Length(string value, string expected) =>
        HttpRow.Send($"Content-Length:'{value}'", expected, $"Content-Length: {value}\r\n", HttpRow.Body);

    private static HttpRow Encoding(string value, string expected) =>
        HttpRow.Send($"Transfer-Encoding:'{value}'", expected, $"Transfer-Encoding: {value}\r\n", HttpRow.Chunks);

    private static HttpRow Chunk(string line, string expected) =>
        HttpRow.Send($"chunk {Short(line)}", expected, Chunked, $"{line}{HttpRow.Body}\r\n0\r\n\r\n");

    private static HttpRow Trailer(string lines, string expected) =>
        HttpRow.Send($"trailer {Short(lines)}", expected, Chunked, $"27\r\n{HttpRow.Body}\r\n0\r\n{lines}");

    private static string Short(string text) => text[..Math.Min(text.Length, 30)];
}
