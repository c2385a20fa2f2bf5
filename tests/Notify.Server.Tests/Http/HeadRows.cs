namespace Notify.Server.Tests.Http;

/// <summary>Lists request lines and header lines that programs parse differently.</summary>
internal static class HeadRows
{
    private const string Ok = "200 kept";
    private const string Refused = "400 closed";
    private const string Missing = "404 kept";

    private const string Good = $"POST /send HTTP/1.1\r\n{HttpRow.Rest}";

    private const string NoUpgrade =
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private static readonly string Long = new('x', 100_000);

    public static IReadOnlyList<HttpRow> All => [.. Lines, .. Hosts, .. Repeated, .. Targets, .. Methods, .. Versions, .. Pipelines];

    private static IEnumerable<HttpRow> Lines =>
    [
        HttpRow.With("a folded line", Refused, "X: a\r\n b\r\n"),
        HttpRow.With("a folded line with a tab", Refused, "X: a\r\n\tTransfer-Encoding: chunked\r\n"),
        HttpRow.With("a space before the colon", Refused, "X : a\r\n"),
        HttpRow.With("a tab before the colon", Refused, "X\t: a\r\n"),
        HttpRow.With("no name", Refused, ": a\r\n"),
        HttpRow.With("no colon", Refused, "X\r\n"),
        HttpRow.With("a name of two words", Refused, "X Y: a\r\n"),
        HttpRow.With("NUL in a name", Refused, "X\0: a\r\n"),
        HttpRow.With("NUL in a value", Refused, "X: a\0b\r\n"),
        HttpRow.With("CR in a value", Refused, "X: a\rb\r\n"),
        HttpRow.With("CR before CRLF", Refused, "X: a\r\r\n"),
        HttpRow.With("LF as the end of a line", Refused, "X: a\n"),
        HttpRow.With("LF that hides a header", Refused, "X: a\nTransfer-Encoding: chunked\r\n"),
        HttpRow.With("bytes above 127 that are not UTF-8", Ok, "X: \u00FF\u00FE\r\n").Sends(),
        HttpRow.With("an empty value", Ok, "X:\r\n").Sends(),
        HttpRow.With("control characters in a value", Ok, "X: a\u0001\u007Fb\r\n").Sends(),
        HttpRow.With("a thousand headers", "431 closed", string.Concat(Enumerable.Range(0, 1000).Select(i => $"X{i}: y\r\n"))),
        HttpRow.With("one header of 100 kB", "431 closed", $"X: {Long}\r\n"),
        HttpRow.With("Expect: 100-continue", Ok, "Expect: 100-continue\r\n").Sends(),
        HttpRow.With("Expect: something else", Ok, "Expect: 200-maybe\r\n").Sends(),
        HttpRow.With(
            "an upgrade to HTTP/2",
            Ok,
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n").Sends(),
        HttpRow.With("Connection names the secret", Ok, "Connection: notification_secret, keep-alive\r\n").Sends(),
        new("LF in place of every CRLF", Refused, $"POST /send HTTP/1.1\n{HttpRow.Rest.Replace("\r", "", StringComparison.Ordinal)}"),
        new("LF after the request line", Refused, $"POST /send HTTP/1.1\n{HttpRow.Rest}"),
        new("LF as the empty line", Refused, $"POST /send HTTP/1.1\r\n{HttpRow.Headers}Content-Length: 39\r\n\n{HttpRow.Body}"),
        new("a folded line as the first header", Refused, $"POST /send HTTP/1.1\r\n X: y\r\n{HttpRow.Rest}"),
        new("an empty line before the request", Ok, $"\r\nPOST /send HTTP/1.1\r\n{HttpRow.Rest}") { Sent = 1 },
        new("a space before the request", Refused, $" POST /send HTTP/1.1\r\n{HttpRow.Rest}"),
    ];

    private static IEnumerable<HttpRow> Hosts =>
    [
        Host("", Refused),
        Host("Host: notify.test\r\nHost: notify.test\r\n", Refused),
        Host("Host: notify.test\r\nHost: other.test\r\n", Refused),
        Host("Host: notify.test, other.test\r\n", Refused),
        Host("Host: no such\r\n", Refused),
        Host("Host: a/b\r\n", Refused),
        Host("Host: user@host\r\n", Refused),
        Host("Host: notify.test:port\r\n", Refused),

        // The host's name has no effect, so any name is accepted.
        Host("Host: other.test\r\n", Ok).Sends(),
        Host("Host:\r\n", Ok).Sends(),
        Host("Host: [::1]:99999\r\n", Ok).Sends(),
    ];

    private static IEnumerable<HttpRow> Repeated =>
    [
        HttpRow.With("the secret twice", "401 kept", "notification_secret: S1\r\n"),
        HttpRow.With("a right and a wrong secret", "401 kept", "NOTIFICATION_SECRET: wrong\r\n"),
        HttpRow.With("two secrets of different names", Ok, "x-notification-secret: wrong\r\n").Sends(),
        // Two types count as none, and a body without a type is not read.
        HttpRow.With("two types", "406 kept", "Content-Type: application/x-www-form-urlencoded\r\n"),
        HttpRow.With("a type twice", "406 kept", "Content-Type: application/json\r\n"),
        HttpRow.With("two codings", "415 kept", "Content-Encoding: gzip\r\nContent-Encoding: identity\r\n"),
    ];

    private static IEnumerable<HttpRow> Targets =>
    [
        HttpRow.To("http://notify.test/send", Ok).Sends(),
        HttpRow.To("http://other.test/send", Refused),
        HttpRow.To("https://notify.test/send", Ok).Sends(),
        HttpRow.To("ftp://notify.test/send", Refused),
        HttpRow.To("notify.test:80", "405 closed"),
        HttpRow.To("*", "405 closed"),
        HttpRow.To("send", "405 closed"),
        HttpRow.To("//send", Missing),
        HttpRow.To("/%73end", Missing),
        HttpRow.To("/./send", Missing),
        HttpRow.To("/x/../send", Missing),
        HttpRow.To("/%2e/send", Missing),
        HttpRow.To("/x/%2e%2e/send", Missing),
        HttpRow.To("/../../send", Missing),
        HttpRow.To("http://notify.test/x/../send", Missing),
        HttpRow.To("http://notify.test?/send", Missing),
        HttpRow.To("/socket.io/../send", "400 kept"),
        HttpRow.To("/x%2f..%2fsend", Missing),
        HttpRow.To("/send%2f", Missing),
        HttpRow.To("/send%00", Refused),
        HttpRow.To("/send\0", Refused),
        HttpRow.To("/send%0d%0aX:%20y", Missing),
        HttpRow.To("/send;x", Missing),
        HttpRow.To("/send%3b", Missing),
        HttpRow.To("/send%3f", Missing),
        HttpRow.To("/send#x", Missing),
        HttpRow.To("/send%", Missing),
        HttpRow.To("/send%zz", Missing),
        HttpRow.To("/s\u00EBnd", Refused),
        HttpRow.To("/send%c0%af", Missing),
        HttpRow.To("/send\\", Missing),
        HttpRow.To("/send?\"<>", Ok).Sends(),
        HttpRow.To("/send x", Refused),
        HttpRow.To("/send\tx", Missing),
        HttpRow.To("/" + Long, "414 closed") with { Name = "a target of 100 kB" },
    ];

    private static IEnumerable<HttpRow> Methods =>
    [
        Method("TRACE", "404 kept"),

        Method("post", Refused),
        Method("BREW", "404 kept"),
        Method("PO(ST", Refused),
        Method("", Refused),
        Method(Long, "414 closed") with { Name = "a method of 100 kB" },
        Method("CONNECT", Missing),
        new("CONNECT by authority", "404 kept", "CONNECT notify.test:80 HTTP/1.1\r\nHost: notify.test:80\r\n\r\n"),
        new("OPTIONS *", "404 kept", "OPTIONS * HTTP/1.1\r\nHost: notify.test\r\n\r\n"),
        new("GET /send with a body", "404 kept", $"GET /send HTTP/1.1\r\n{HttpRow.Rest}"),
        new(
            "another method by a header",
            "404 kept",
            $"GET /send HTTP/1.1\r\n{HttpRow.Headers}X-HTTP-Method-Override: POST\r\nContent-Length: 39\r\n\r\n{HttpRow.Body}"),
    ];

    private static IEnumerable<HttpRow> Versions =>
    [
        Version("HTTP/1.0", "200 closed").Sends(),
        Version("HTTP/0.9", "505 closed"),
        Version("HTTP/1.2", "505 closed"),
        Version("HTTP/2.0", "505 closed"),
        Version("HTTP/1.1 ", Refused),
        Version("HTTP/1.10", Refused),
        Version("http/1.1", "505 closed"),
        Version("HTTP/01.1", Refused),
        Version("XTTP/1.1", "505 closed"),
        new("HTTP/0.9 as it was", Refused, "GET /health/live\r\n"),
        new("HTTP/1.0 without a length", Refused, $"POST /send HTTP/1.0\r\n{HttpRow.Headers}\r\n{HttpRow.Body}"),
        new("a handshake of TLS", Refused, "\u0016\u0003\u0001\0\u0005\u0001\0\0\u0001\0\r\n\r\n"),
        new("nothing but NUL", Refused, new string('\0', 1000) + "\r\n\r\n"),
    ];

    // The second request of a connection is read after the end of the first one, or not at all.
    private static IEnumerable<HttpRow> Pipelines =>
    [
        new("a request after a refused secret", "401 200 kept", Request("notification_secret: S1\r\n", HttpRow.Body) + Good) { Sent = 1 },
        new("a request after a body that is no JSON", "400 200 kept", Request("", HttpRow.Body.Replace('{', '[')) + Good) { Sent = 1 },
        new("a request after one without parameters", "406 200 kept", Request("", "{}" + new string(' ', 37)) + Good) { Sent = 1 },
        new("a request after one that is no HTTP", Refused, $"POST /send HTTP/1.1\r\nX : y\r\n\r\n{HttpRow.Hidden}"),
        new(
            "a request after a length with a sign",
            Refused,
            $"POST /send HTTP/1.1\r\n{HttpRow.Headers}Content-Length: +0\r\n\r\n{HttpRow.Hidden}"),
        new(
            "a request after a bad chunk",
            Refused,
            $"POST /send HTTP/1.1\r\n{HttpRow.Headers}Transfer-Encoding: chunked\r\n\r\nzz\r\n{HttpRow.Hidden}"),
        new(
            "a request after Connection: close",
            "200 closed",
            Request("Connection: close\r\n", HttpRow.Body) + HttpRow.Hidden) { Sent = 1 },
        new("a request after an upgrade that is refused", "400 200 kept", NoUpgrade + Good) { Sent = 1 },
        new(
            "twenty requests",
            string.Concat(Enumerable.Repeat("200 ", 20)) + "kept",
            string.Concat(Enumerable.Repeat(Good, 20))) { Sent = 20 },
    ];

    private static HttpRow Host(string lines, string expected) => new(
        lines.Length == 0 ? "no host" : lines,
        expected,
        $"POST /send HTTP/1.1\r\n{lines}{HttpRow.Rest.Replace("Host: notify.test\r\n", "", StringComparison.Ordinal)}");

    private static HttpRow Method(string method, string expected) =>
        new($"method '{method}'", expected, $"{method} /send HTTP/1.1\r\n{HttpRow.Rest}");

    private static HttpRow Version(string version, string expected) =>
        new($"version {version}", expected, $"POST /send {version}\r\n{HttpRow.Rest}");

    private static string Request(string headers, string body) =>
        $"POST /send HTTP/1.1\r\n{HttpRow.Headers}{headers}Content-Length: {body.Length}\r\n\r\n{body}";
}
