using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Events;

/// <summary>Tests the responses to invalid requests for a stream.</summary>
[Collection(SharedServer.Name)]
public sealed class EventRequestTests(NotifyServer server)
{
    [Theory]
    [InlineData("?channel=c")]
    [InlineData("?channel=c&key=")]
    [InlineData("?channel=c&key=k1")]
    [InlineData("?channel=c&key=K1&key=K1")]
    [InlineData("?key=wrong")]
    public async Task Without_the_key_it_is_401(string query)
    {
        var response = await RawHttp.GetAsync(server, "/events" + query);
        Assert.Equal((401, "application/json; charset=utf-8"), (response.Status, response.ContentType));
        Assert.StartsWith("\"the key is missing or wrong", response.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channels_that_cannot_be_are_400()
    {
        await AssertBadAsync("", "no channel is named");
        await AssertBadAsync("&channel=" + new string('x', 201), "at most 200 bytes");
        await AssertBadAsync(
            string.Concat(Enumerable.Range(0, 33).Select(i => $"&channel={i}")),
            "33 channels are named; one stream has at most 32");
    }

    [Fact]
    public async Task Thirty_two_channels_can()
    {
        var (opened, _) = await EventStream.OpenAsync(
            server,
            "?key=K1" + string.Concat(Enumerable.Range(0, 40).Select(i => $"&channel=many+{i % 32}")));
        using var stream = opened;
        for (var i = 1; i <= 32; i++)
        {
            Assert.Equal(i, (await stream.ReadAsync())!.Split('\n')[0].Split(',').Length);
        }
    }

    [Fact]
    public async Task A_connections_own_channel_is_403()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        var response = await RawHttp.GetAsync(server, $"/events?key=K1&channel={client.Id}");
        Assert.Equal((403, $"\"channel \\\"{client.Id}\\\" belongs to a connection\""), (response.Status, response.Body));
    }

    [Fact]
    public async Task Head_is_answered_without_a_stream()
    {
        var response = await RawHttp.SendAsync(server, new RawRequest("HEAD", "/events?key=K1&channel=c", []));
        Assert.Equal((200, "text/event-stream; charset=utf-8", ""), (response.Status, response.ContentType, response.Body));
        Assert.Equal(401, (await RawHttp.SendAsync(server, new RawRequest("HEAD", "/events?channel=c", []))).Status);
    }

    [Fact]
    public async Task Other_methods_are_told_which_will_do()
    {
        foreach (var method in (string[])["POST", "PUT", "DELETE"])
        {
            var response = await RawHttp.SendAsync(server, new RawRequest(method, "/events?key=K1&channel=c", []));
            Assert.Equal((405, "GET,HEAD,OPTIONS"), (response.Status, response.Headers["Allow"]));
        }

        var preflight = await RawHttp.SendAsync(
            server,
            new RawRequest(
                "OPTIONS", "/events?key=K1&channel=c", ["Origin: https://page.example", "Access-Control-Request-Headers: last-event-id"]));
        Assert.Equal(
            (204, "https://page.example", "GET,HEAD", "last-event-id"),
            (
                preflight.Status,
                preflight.Headers["Access-Control-Allow-Origin"],
                preflight.Headers["Access-Control-Allow-Methods"],
                preflight.Headers["Access-Control-Allow-Headers"]));
    }

    [Fact]
    public async Task Pages_of_other_origins_are_refused()
    {
        var connection = new ConnectionOptions { Origins = OriginPolicy.Only("https://app.example.com") };
        var strict = new NotifyServer(NotifyServer.Default with { Connection = connection });
        await strict.InitializeAsync();
        try
        {
            var refused = await RawHttp.GetAsync(strict, "/events?key=K1&channel=c", "Origin: https://example.org");
            Assert.Equal(403, refused.Status);
            Assert.False(refused.Headers.ContainsKey("Access-Control-Allow-Origin"));
            var (allowed, _) = await EventStream.OpenAsync(strict, "?key=K1&channel=c", ("Origin", "https://app.example.com"));
            Assert.Equal("https://app.example.com", allowed.Response.Headers.GetValues("Access-Control-Allow-Origin").Single());
            allowed.Dispose();
        }
        finally
        {
            await strict.DisposeAsync();
        }
    }

    private async Task AssertBadAsync(string channels, string expected)
    {
        var response = await RawHttp.GetAsync(server, "/events?key=K1" + channels);
        Assert.Equal(400, response.Status);
        Assert.Contains(expected, response.Body, StringComparison.Ordinal);
    }
}
