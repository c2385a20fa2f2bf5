namespace Notify.Server.Tests.Send;

internal static class RouteRows
{
    public static IReadOnlyList<SendRow> All =>
    [
        new SendRow("GET /send") { Method = "GET" }.NotFound("Cannot GET /send\n"),
        new SendRow("HEAD /send") { Method = "HEAD" }.NotFound(""),
        new SendRow("PUT /send") { Method = "PUT" }.NotFound("Cannot PUT /send\n"),
        new SendRow("OPTIONS /send") { Method = "OPTIONS", ContentType = "text/html; charset=utf-8", Answer = "POST" },
        Post("/send/") with { Delivered = "<C>\"hi\"" },
        Post("/SEND") with { Delivered = "<C>\"hi\"" },
        new SendRow("POST /send?channel=C") { Path = "/send?channel=C&notification=hi" }.Missing(),
        Post("/send/x").NotFound("Cannot POST /send/x\n"),
        Post("/").NotFound("Cannot POST /\n"),
        Post("/send") with
        {
            Name = "with an Origin header",
            Headers = ["Content-Type: " + SendRow.FormType, "Origin: http://a.test"],
            Delivered = "<C>\"hi\""
        },
        Get("/nope").NotFound("Cannot GET /nope\n"),
        Get("/socket.io").NotFound("Cannot GET /socket.io\n"),
    ];

    private static SendRow Post(string path) => SendRow.Form("POST " + path, "channel=C&notification=hi") with { Path = path };

    private static SendRow Get(string path) => new("GET " + path) { Method = "GET", Path = path };
}
