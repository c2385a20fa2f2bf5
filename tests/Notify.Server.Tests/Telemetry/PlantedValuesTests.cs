using System.Text.Json;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Telemetry;

/// <summary>
/// Tests that no log line at Debug, no span, no metric and no health check of a whole run contains a key, a secret, a token or a
/// notification.
/// </summary>
public sealed class PlantedValuesTests
{
    private const string Key = "PLANTEDkey7Q";
    private const string Secret = "PLANTEDsecret8R";
    private const string WrongSecret = "PLANTEDwrong9S";
    private const string TokenSecret = "PLANTEDtokenSecret0T0T0T0T0T0T0T0T";
    private const string Payload = "PLANTEDpayload1U";
    private const string IdempotencyKey = "PLANTEDidempotency2V";
    private const string Planted = "PLANTED";

    [Fact]
    public async Task None_of_them_is_in_what_a_run_tells_about_itself()
    {
        using var folder = new TemporaryFolder();
        using var receiver = new OtlpReceiver();
        await using var program = await RunningProgram.StartAsync(
            folder.Path,
            [
                .. receiver.Settings("127.0.0.1", "always_on", ratio: null),
                ("NOTIFICATION_KEY", Key),
                ("NOTIFICATION_SECRET", Secret),
                ("NOTIFY_TOKEN_SECRET", TokenSecret),
                ("NOTIFY_ACCESS", "open,user:*=user"),
                ("NOTIFY_LOG", "json"),
                ("NOTIFY_DRAIN", "100ms"),
                ("Logging__LogLevel__Default", "Debug"),
            ]);

        var expires = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();
        var token = SignedToken.Of($$"""{"sub":"42","exp":{{expires}}}""", secret: TokenSecret);
        var forged = token[..^6] + "AAAAAA";
        using var client = await RawSocket.OpenAsync(program, "/ws", "?key=" + Key);
        await client.SendAsync($$"""{"type":"auth","token":"{{token}}"}""");
        await client.SendAsync("""{"type":"join","channel":"user:42"}""");
        await ReceiveAsync(client, "\"joined\"");
        await client.SendAsync($$"""{"type":"auth","token":"{{forged}}"}""");
        await ReceiveAsync(client, "\"error\"");
        Assert.Equal(200, await SendAsync(program, Secret));
        await ReceiveAsync(client, Payload);
        Assert.Equal(401, await SendAsync(program, WrongSecret));
        Assert.Equal(200, (await RawHttp.SendAsync(program, Post("/api/notifications", "user:42"))).Status);
        Assert.Equal(401, (await RawHttp.GetAsync(program, "/api/channels", $"Authorization: Bearer {WrongSecret}")).Status);
        await RawHttp.GetAsync(program, $"/socket.io/?EIO=4&transport=polling&notificationKey={Key}&token={forged}");
        await RawHttp.GetAsync(program, $"/events?channel=user:42&key={WrongSecret}&token={forged}");
        await RawHttp.GetAsync(program, $"/nothing?secret={Secret}");
        var metrics = (await RawHttp.GetAsync(program, "/metrics")).Body;
        var health = (await RawHttp.GetAsync(program, "/health/ready")).Body;
        await receiver.BegunAsync();
        await TestTimeouts.UntilAsync(() => receiver.Spans.Any(span => span.Name == "write"));
        var end = await program.StopAsync();

        Assert.Contains("notify_published_total{} 2", metrics, StringComparison.Ordinal);
        Assert.Contains(receiver.Spans, span => span.Name == "write");
        Assert.Contains(receiver.Requests, request => request.StartsWith("/v1/metrics", StringComparison.Ordinal));
        Assert.Contains("\"event\":\"TokensRefused\"", end.Output, StringComparison.Ordinal);
        Assert.Contains("\"event\":\"SendAnswered\"", end.Output, StringComparison.Ordinal);
        Assert.Equal("", end.Error);
        var parts = token.Split('.');
        foreach (var text in (string[])[Planted, token, parts[1], parts[2], forged])
        {
            Assert.DoesNotContain(text, end.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(text, metrics, StringComparison.Ordinal);
            Assert.DoesNotContain(text, health, StringComparison.Ordinal);
            Assert.False(receiver.Contains(text), text);
        }
    }

    private static async Task ReceiveAsync(RawSocket client, string text)
    {
        while (!(await client.ReceiveAsync()).Contains(text, StringComparison.Ordinal))
        {
            // The answers to other messages come before it.
        }
    }

    private static RawRequest Post(string path, string channel) => new(
        "POST",
        path,
        [$"notification-secret: {Secret}", "Content-Type: application/json", $"Idempotency-Key: {IdempotencyKey}"])
    {
        Body = JsonSerializer.SerializeToUtf8Bytes(new { channel, notification = new { text = Payload } }),
    };

    private static async Task<int> SendAsync(RunningProgram program, string secret) => (await RawHttp.SendAsync(
        program,
        new RawRequest("POST", "/send", [$"notification_secret: {secret}", "Content-Type: application/json"])
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(new { channel = "user:42", notification = new { text = Payload } }),
        })).Status;
}
