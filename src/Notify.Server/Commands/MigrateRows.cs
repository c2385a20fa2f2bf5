using System.Text.Json;

namespace Notify.Server.Commands;

/// <summary>Lists what <c>migrate-check</c> compares: requests of backends, and what pages hear.</summary>
internal static class MigrateRows
{
    private const string FormType = "application/x-www-form-urlencoded";
    private const string JsonType = "application/json";

    // Nobody else listens to these.
    private static readonly string Channel = $"notify-migrate-check-{Guid.CreateVersion7():N}";

    // Small enough for a number of JavaScript.
    private static readonly long Number = Random.Shared.NextInt64(1_000_000_000_000_000, 9_000_000_000_000_000);

    /// <summary>What a server does in the row <see cref="Proof"/> if secret and key are right.</summary>
    public const string ProofAnswer = "200 \"ok\", hears \"hi\"";

    /// <summary>Gets the row that shows that secret and key are right.</summary>
    public static MigrateRow Proof { get; } =
        new("a page hears text", (target, cancellation) => HearAsync(target, Channel, "\"hi\"", cancellation));

    /// <summary>Gets the rows.</summary>
    public static IReadOnlyList<MigrateRow> All { get; } =
    [
        Post("/send: a form", FormType, $"channel={Channel}&notification=hi"),
        Post("/send: a form with nested fields", FormType, $"channel={Channel}&notification[a][b]=1&notification[c][]=2"),
        Post("/send: several channels in a form", FormType, $"channel[]={Channel}&channel[]={Channel}2&notification=hi"),
        Post("/send: JSON", JsonType, $$"""{"channel":"{{Channel}}","notification":["Hello",{"n":1}]}"""),
        Post("/send: several channels in JSON", JsonType, $$"""{"channel":["{{Channel}}","{{Channel}}2"],"notification":1}"""),
        Post("/send: a number as the channel", JsonType, $$"""{"channel":{{Number}},"notification":1}"""),
        Post("/send: no channels in a list", JsonType, """{"channel":[],"notification":1}"""),
        Post("/send: no channel", JsonType, """{"notification":1}"""),
        Post("/send: no notification", JsonType, $$"""{"channel":"{{Channel}}"}"""),
        Post("/send: the notification 0", JsonType, $$"""{"channel":"{{Channel}}","notification":0}"""),
        Post("/send: the notification []", JsonType, $$"""{"channel":"{{Channel}}","notification":[]}"""),
        Post("/send: broken JSON", JsonType, "{"),
        Post("/send: text", "text/plain", "hi"),
        Post("/send: another charset", JsonType + "; charset=latin1", "{}"),
        Post("/send: 200 kB", JsonType, $$"""{"channel":"{{Channel}}","notification":"{{new string('x', 200_000)}}"}"""),
        Post("/send: a wrong secret", JsonType, $$"""{"channel":"{{Channel}}","notification":1}""", "a wrong secret"),
        Post("/send: no secret", JsonType, $$"""{"channel":"{{Channel}}","notification":1}""", ""),
        Post("/send/: with a slash", JsonType, $$"""{"channel":"{{Channel}}","notification":1}""", path: "/send/"),
        Post("/SEND: in capitals", JsonType, $$"""{"channel":"{{Channel}}","notification":1}""", path: "/SEND"),
        Get("GET /send", "/send"),
        Get("GET of the client script", "/socket.io/socket.io.js"),
        Get("GET of a path that is not there", "/" + Channel),
        Proof,
        new(
            "a page hears an object",
            (target, cancellation) => HearAsync(target, Channel, """{"b":1,"a":[true,null,"é"]}""", cancellation)),
        new("a page joins a number", (target, cancellation) => HearAsync(target, Number, "\"n\"", cancellation)),
        new("a page that has left hears nothing", LeaveAsync),
        new(
            "a page with a wrong key hears nothing",
            (target, cancellation) => HearAsync(target, Channel, "\"hi\"", cancellation, "a wrong key")),
        new("a send to the id of a socket reaches it", OwnChannelAsync),
        new("a page that joins twice hears once", TwiceAsync),
    ];

    private static MigrateRow Post(string name, string type, string body, string? secret = null, string path = "/send") =>
        new(name, (target, cancellation) => target.AskAsync(HttpMethod.Post, path, type, body, secret, cancellation));

    private static MigrateRow Get(string name, string path) =>
        new(name, (target, cancellation) => target.AskAsync(HttpMethod.Get, path, contentType: null, "", secret: "", cancellation));

    private static async Task<string> HearAsync(
        MigrateTarget target, object channel, string notification, CancellationToken cancellation, string? key = null)
    {
        using var page = await target.ConnectAsync(key, cancellation);
        await page.EmitAsync("join", JsonSerializer.Serialize(channel));
        return await SendAsync(target, page, JsonSerializer.Serialize(channel), notification, isExpected: key is null, cancellation);
    }

    private static async Task<string> LeaveAsync(MigrateTarget target, CancellationToken cancellation)
    {
        using var page = await target.ConnectAsync(key: null, cancellation);
        var channel = JsonSerializer.Serialize(Channel);
        await page.EmitAsync("join", channel);
        await page.EmitAsync("leave", channel);
        return await SendAsync(target, page, channel, "\"hi\"", isExpected: false, cancellation);
    }

    private static async Task<string> OwnChannelAsync(MigrateTarget target, CancellationToken cancellation)
    {
        using var page = await target.ConnectAsync(key: null, cancellation);
        return await SendAsync(target, page, JsonSerializer.Serialize(page.Id), "\"hi\"", isExpected: true, cancellation);
    }

    private static async Task<string> TwiceAsync(MigrateTarget target, CancellationToken cancellation)
    {
        using var page = await target.ConnectAsync(key: null, cancellation);
        var channel = JsonSerializer.Serialize(Channel);
        await page.EmitAsync("join", channel);
        await page.EmitAsync("join", channel);
        var heard = await SendAsync(target, page, channel, "\"hi\"", isExpected: true, cancellation);
        return $"{heard}, then {await page.HearAsync(isExpected: false)}";
    }

    private static async Task<string> SendAsync(
        MigrateTarget target,
        MigratePage page,
        string channel,
        string notification,
        bool isExpected,
        CancellationToken cancellation)
    {
        var answer = await target.SendAsync($$"""{"channel":{{channel}},"notification":{{notification}}}""", cancellation);
        var mustHear = isExpected && answer.StartsWith("200", StringComparison.Ordinal);
        return $"{answer}, hears {await page.HearAsync(mustHear)}";
    }
}
