namespace Notify.Server.Tests.EngineIo;

/// <summary>
/// Lists the requests that open one session or none. Where the reference implementations differ, the newest counts. The only difference is
/// a revision other than 3 and 4, which they treat as 3 and Notify refuses.
/// </summary>
internal static class RequestTable
{
    private const string Open =
        "0{\"sid\":\"SID\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}";
    private const string TransportUnknown = "{\"code\":0,\"message\":\"Transport unknown\"}";
    private const string SessionUnknown = "{\"code\":1,\"message\":\"Session ID unknown\"}";
    private const string BadMethod = "{\"code\":2,\"message\":\"Bad handshake method\"}";
    private const string BadRequest = "{\"code\":3,\"message\":\"Bad request\"}";
    private const string BadRevision = "{\"code\":5,\"message\":\"Unsupported protocol version\"}";
    private const string Text = "text/plain; charset=UTF-8";

    private static readonly string Framed = $"{Open.Length - 3 + 20}:{Open}";

    public static IReadOnlyDictionary<string, RequestRow> Rows { get; } =
        Handshakes.Concat(Scripts).Concat(Refused).Concat(Paths).Concat(Methods).ToDictionary(row => row.Name);

    private static IEnumerable<RequestRow> Handshakes =>
    [
        Query("?EIO=4&transport=polling", 200, Open) with { ContentType = Text },
        Query("?EIO=4&transport=polling", 200, Open) with { Name = "with an origin", ContentType = Text, Origin = "http://a.test" },
        Query("?EIO=3&transport=polling", 200, Framed) with { ContentType = Text },
        Query("?EIO=3&transport=polling&b64=1", 200, Framed) with { ContentType = Text },
        Query("?EIO=3&transport=polling&t=1&b64=1", 200, Framed) with { ContentType = Text },
        Query("?EIO=4&EIO=3&transport=polling", 200, Framed) with { ContentType = Text },
        Query("?EIO=4&transport=polling&sid=", 200, Open) with { ContentType = Text },
        Query("?EIO=4&transport=polling&t=x&notificationKey=K1&a=%zz", 200, Open) with { ContentType = Text },
    ];

    private static IEnumerable<RequestRow> Scripts =>
    [
        Query("?EIO=3&transport=polling&j=7", 200, Script("7", Framed)) with { ContentType = Text },
        Query("?EIO=4&transport=polling&j=7", 200, Script("7", Open)) with { ContentType = Text },
        Query("?EIO=3&transport=polling&j=a1b2", 200, Script("12", Framed)) with { ContentType = Text },
    ];

    private static IEnumerable<RequestRow> Refused =>
    [
        Query("", 400, TransportUnknown),
        Query("?EIO=4", 400, TransportUnknown),
        Query("?EIO=4&transport=abc", 400, TransportUnknown),
        Query("?EIO=4&transport=abc", 400, TransportUnknown) with { Name = "unknown transport with an origin", Origin = "http://a.test" },
        Query("?EIO=4&transport=webtransport", 400, TransportUnknown),
        Query("?EIO=4&transport=websocket", 400, BadRequest),
        Query("?EIO=4&transport=polling", 400, BadRequest) with
        {
            Name = "an origin that is none",
            Headers = ["Origin: http://a.test/\u00C3\u00A9"]
        },
        Query("?EIO=4&transport=polling&sid=unknown", 400, SessionUnknown),
        Query("?EIO=4&transport=polling&sid=__proto__", 400, SessionUnknown),
        Query("?EIO=4&transport=polling&sid=unknown", 400, SessionUnknown) with { Name = "POST unknown sid", Method = "POST" },
        Query("?transport=polling", 400, BadRevision),
        Query("?EIO=2&transport=polling", 400, BadRevision),
        Query("?EIO=5&transport=polling", 400, BadRevision),
        Query("?EIO=abc&transport=polling", 400, BadRevision),
        Query("?EIO=&transport=polling", 400, BadRevision),
    ];

    private static IEnumerable<RequestRow> Paths =>
    [
        new("no slash", "/socket.io?EIO=4&transport=polling", 404, "Cannot GET /socket.io?EIO=4&amp;transport=polling\n")
        {
            ContentType = "text/html",
        },
        new("other case", "/SOCKET.IO/?EIO=4&transport=polling", 404, "Cannot GET /SOCKET.IO/?EIO=4&amp;transport=polling\n")
        {
            ContentType = "text/html",
        },
        new("other path", "/engine.io/?EIO=4&transport=polling", 404, "Cannot GET /engine.io/?EIO=4&amp;transport=polling\n")
        {
            ContentType = "text/html",
        },
        new("longer path", "/socket.io/x?EIO=4&transport=polling", 200, Open) { ContentType = Text },
    ];

    private static IEnumerable<RequestRow> Methods =>
    [
        Method("POST", BadMethod), Method("PUT", BadMethod), Method("DELETE", BadMethod), Method("HEAD", ""),
        Method("OPTIONS", "") with { Status = 204, ContentType = "" },
        Method("OPTIONS", "") with
        {
            Name = "preflight",
            Status = 204,
            ContentType = "",
            Origin = "http://a.test",
            Headers = ["Access-Control-Request-Headers: content-type"]
        },
    ];

    private static RequestRow Query(string query, int status, string answer) => new("GET " + query, "/socket.io/" + query, status, answer);

    private static RequestRow Method(string method, string answer) =>
        new(method + " without a session", "/socket.io/?EIO=4&transport=polling", 400, answer) { Method = method };

    private static string Script(string index, string payload) =>
        $"___eio[{index}](\"{payload.Replace("\"", "\\\"", StringComparison.Ordinal)}\");";
}
