using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Send;

/// <summary>Tests that a channel's name has at most 200 bytes of UTF-8. The original server has no such limit.</summary>
[Collection(SharedServer.Name)]
public sealed class ChannelLimitTests(NotifyServer server)
{
    private const string Sentence = "\"a channel\\u0027s name is at most 200 bytes of UTF-8\"";

    public static TheoryData<string, int> Names => new()
    {
        { new string('x', 200), 200 },
        { new string('x', 201), 400 },
        { new string('x', 10_000), 400 },
        { new string('é', 100), 200 },
        { new string('é', 101), 400 },
        { string.Concat(Enumerable.Repeat("😀", 50)), 200 },
        { "__proto__", 200 },
        { "constructor", 200 },
        { "a\0\u001e\u007f\n", 200 },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Names_are_bounded(string name, int status)
    {
        var json = System.Text.Json.JsonSerializer.Serialize(name);
        foreach (var channel in (string[])[json, $"[\"C\",{json}]"])
        {
            var response = await RawHttp.SendAsync(server, SendRow.Json("", $"{{\"channel\":{channel},\"notification\":1}}").Request);
            Assert.Equal((status, status == 200 ? "\"ok\"" : Sentence), (response.Status, response.Body));
        }
    }

    [Fact]
    public async Task A_lone_surrogate_is_a_name_like_its_replacement()
    {
        var (socket, _) = await RawSocket.ConnectAsync(server);
        using var client = socket;
        await client.SendAsync("421[\"join\",\"half \uFFFD\"]");
        Assert.StartsWith("431[{", await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal(
            200,
            (await RawHttp.SendAsync(server, SendRow.Json("", "{\"channel\":\"half \\ud83d\",\"notification\":1}").Request)).Status);
        Assert.Equal("42[\"NEW_NOTIFICATION\",1]", await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_body_that_ends_early_is_no_request_that_anybody_answers()
    {
        using var connection = await RawHttp.ConnectAsync(server);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /send HTTP/1.1\r\nHost: x\r\nnotification_secret: S1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"));
        connection.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.DoesNotContain(" 200 ", Encoding.ASCII.GetString(await RawHttp.ReadAllAsync(stream).Soon()), StringComparison.Ordinal);
    }
}
