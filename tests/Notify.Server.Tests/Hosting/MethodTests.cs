using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Hosting;

/// <summary>Tests the methods other than GET that uptime monitors and load balancers use.</summary>
public sealed class MethodTests(NotifyServer server) : IClassFixture<NotifyServer>
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/")]
    [InlineData("/console/app.js")]
    [InlineData("/api/channels")]
    [InlineData("/api/channel?name=c")]
    [InlineData("/api/history?channel=c")]
    public async Task Head_is_answered_as_get_without_its_body(string path)
    {
        var get = await RawHttp.GetAsync(server, path, "notification_secret: S1");
        var head = await RawHttp.SendAsync(server, new RawRequest("HEAD", path, ["notification_secret: S1"]));

        Assert.Equal((200, 200), (get.Status, head.Status));
        Assert.NotEmpty(get.Bytes);
        Assert.Empty(head.Bytes);
        Assert.Equal(get.ContentType, head.ContentType);
    }

    [Fact]
    public async Task Options_of_the_root_says_that_the_server_is_there()
    {
        var response = await RawHttp.SendAsync(server, new RawRequest("OPTIONS", "/", []));

        Assert.Equal((204, "GET, HEAD, OPTIONS"), (response.Status, response.Headers["Allow"]));
    }

    [Fact]
    public async Task An_event_stream_may_name_32_channels_of_200_bytes()
    {
        var names = Enumerable.Range(0, 32).Select(
            n => Uri.EscapeDataString($"{new string('\u00e9', 99)}{n % 10}{(char)('a' + (n / 10))}"));

        using var connection = await RawHttp.ConnectAsync(server);
        var request = $"GET /events?key=K1&{string.Join('&', names.Select(name => "channel=" + name))} HTTP/1.1\r\nHost: x\r\n\r\n";
        await connection.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(request)).AsTask().Soon();
        var status = new byte["HTTP/1.1 200".Length];
        await connection.GetStream().ReadExactlyAsync(status).AsTask().Soon();

        Assert.Equal("HTTP/1.1 200", System.Text.Encoding.ASCII.GetString(status));
    }

    [Fact]
    public async Task A_longer_request_line_is_refused()
    {
        var response = await RawHttp.GetAsync(server, "/events?channel=" + new string('c', 33 * 1024));

        Assert.Equal(414, response.Status);
    }

    [Theory]
    [InlineData("new", 200)]
    [InlineData("old", 200)]
    [InlineData("", 401)]
    [InlineData("older", 401)]
    public async Task The_previous_secret_is_accepted_too(string secret, int status)
    {
        var changing = new NotifyServer(
            NotifyServer.Default with { Access = new() { Key = "K1", Secret = "new", PreviousSecret = "old" } });
        await changing.InitializeAsync();
        try
        {
            var response = await RawHttp.GetAsync(changing, "/api/channels", "Authorization: Bearer " + secret);

            Assert.Equal(status, response.Status);
        }
        finally
        {
            await changing.DisposeAsync();
        }
    }
}
