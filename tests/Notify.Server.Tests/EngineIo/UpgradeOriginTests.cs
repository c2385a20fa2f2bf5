using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.EngineIo;

/// <summary>Tests that a page of another origin cannot take over a session whose id it knows.</summary>
public sealed class UpgradeOriginTests
{
    [Theory]
    [InlineData("https://app.example.com", 101)]
    [InlineData("https://evil.example", 403)]
    [InlineData(null, 101)]
    public async Task The_upgrade_of_a_session_is_for_pages_that_may_connect(string? origin, int status)
    {
        var connection = new ConnectionOptions { Origins = OriginPolicy.Only("https://app.example.com") };
        var server = new NotifyServer(NotifyServer.Default with { Connection = connection });
        await server.InitializeAsync();
        try
        {
            var handshake = await RawHttp.GetAsync(server, "/socket.io/?EIO=4&transport=polling", "Origin: https://app.example.com");
            using var upgrade = await RawHttp.ConnectAsync(server);
            var head = string.Join("\r\n", (string[])
            [
                $"GET /socket.io/?EIO=4&transport=websocket&sid={Handshake.Id(handshake.Body)} HTTP/1.1",
                "Host: x",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                .. origin is null ? (string[])[] : [$"Origin: {origin}"],
                "",
                "",
            ]);
            await upgrade.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(head)).AsTask().Soon();
            var answer = new byte[64];
            await upgrade.GetStream().ReadAtLeastAsync(answer, 12).AsTask().Soon();
            Assert.Equal($"HTTP/1.1 {status}", System.Text.Encoding.ASCII.GetString(answer, 0, 12));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
