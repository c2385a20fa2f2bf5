using System.Text.Json;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Events;

/// <summary>Tests the content of an event stream.</summary>
[Collection(SharedServer.Name)]
public sealed class EventStreamTests(NotifyServer server)
{
    [Fact]
    public async Task A_stream_says_what_is_sent_and_where_it_stands()
    {
        var (opened, opening) = await EventStream.OpenAsync(server, "?key=K1&channel=sse+one");
        using var stream = opened;
        Assert.Equal("id: ", opening);
        var joined = await stream.ReadAsync();
        Assert.Matches(
            "^id: [A-Za-z0-9_-]{8}:[A-Za-z0-9_-]+:0\nevent: joined\ndata: \\{\"type\":\"joined\",\"channel\":\"sse " +
            "one\",\"epoch\":\"[^\"]+\",\"offset\":0,\"recovered\":false\\}$", joined);

        await server.SendAsync("sse one", "{\r\n\"a\":\n1}");
        var told = await stream.ReadAsync();
        var id = joined!.Split('\n')[0];
        Assert.StartsWith($"{id[..^1]}1\nevent: NEW_NOTIFICATION\ndata: ", told, StringComparison.Ordinal);
        Assert.Equal(3, told!.Split('\n').Length);
        using var data = JsonDocument.Parse(told.Split('\n')[2]["data: ".Length..]);
        Assert.Equal(
            ("notification", "sse one", 1L, 1),
            (data.RootElement.GetProperty("type").GetString(), data.RootElement.GetProperty("channel").GetString(),
                data.RootElement.GetProperty("offset").GetInt64(), data.RootElement.GetProperty("data").GetProperty("a").GetInt32()));
    }

    [Fact]
    public async Task The_id_holds_every_channel_of_the_stream_and_each_is_joined_once()
    {
        var (opened, _) = await EventStream.OpenAsync(server, "?key=K1&channel=sse+a&channel=sse+b&channel=sse+a");
        using var stream = opened;
        Assert.Contains("event: joined", await stream.ReadAsync(), StringComparison.Ordinal);
        var both = (await stream.ReadAsync())!.Split('\n')[0];
        Assert.Equal(2, both.Split(',').Length);

        await server.SendAsync("sse a", "1");
        await server.SendAsync("sse b", "2");
        await server.SendAsync("sse a", "3");

        var data = new List<string>();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var lines = (await stream.ReadAsync())!.Split('\n');
            ids.Add(string.Join(' ', lines[0].Split(',').Select(position => position.Split(':')[^1])));
            data.Add(lines[2][^2..^1]);
        }

        // Two channels have no common order.
        Assert.Equal(["1", "2", "3"], data.Order(StringComparer.Ordinal));
        Assert.Equal("2 1", ids[^1]);
        Assert.True(data.IndexOf("1") < data.IndexOf("3"));
    }

    [Fact]
    public async Task A_client_that_comes_back_says_what_it_has()
    {
        var (first, _) = await EventStream.OpenAsync(server, "?key=K1&channel=back+a&channel=back+b");
        await first.ReadAsync();
        var id = (await first.ReadAsync())!.Split('\n')[0];
        first.Dispose();
        var value = id["id: ".Length..];

        // The order of the channels has no effect, positions in other channels are ignored, and the browser's header takes precedence over
        // the page's parameter.
        var (again, opening) = await EventStream.OpenAsync(server, "?key=K1&channel=back+b&channel=back+a", ("Last-Event-ID", value));
        Assert.Equal(value.Split(',').Order(StringComparer.Ordinal), opening["id: ".Length..].Split(',').Order(StringComparer.Ordinal));
        again.Dispose();
        (again, opening) = await EventStream.OpenAsync(server, "?key=K1&channel=back+a&lastEventId=" + Uri.EscapeDataString(value));
        Assert.Contains(opening["id: ".Length..], value.Split(','));
        again.Dispose();
        (again, opening) = await EventStream.OpenAsync(
            server,
            "?key=K1&channel=back+a&lastEventId=" + Uri.EscapeDataString(value),
            ("Last-Event-ID", "garbage"));
        Assert.Equal("id: ", opening);
        again.Dispose();
    }

    [Fact]
    public async Task The_answer_is_one_that_no_proxy_holds_back()
    {
        var (opened, _) = await EventStream.OpenAsync(server, "?key=K1&channel=c", ("Origin", "https://page.example"));
        using var stream = opened;
        var headers = stream.Response.Headers;
        Assert.Equal("text/event-stream; charset=utf-8", stream.Response.Content.Headers.ContentType!.ToString());
        Assert.True(headers.CacheControl is { NoCache: true, NoTransform: true });
        Assert.Equal("no", headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal("https://page.example", headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("true", headers.GetValues("Access-Control-Allow-Credentials").Single());
    }

    [Fact]
    public async Task The_empty_name_is_a_channel_too()
    {
        var (opened, _) = await EventStream.OpenAsync(server, "?key=K1&channel=");
        using var stream = opened;
        Assert.Contains("\"channel\":\"\"", await stream.ReadAsync(), StringComparison.Ordinal);
    }
}
