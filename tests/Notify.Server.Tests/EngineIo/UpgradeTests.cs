using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.EngineIo;

/// <summary>Tests the upgrade from polling to WebSocket, with the client's side step by step.</summary>
[Collection(SharedServer.Name)]
public sealed class UpgradeTests(NotifyServer server)
{
    private const string SessionUnknown = "400 {\"code\":1,\"message\":\"Session ID unknown\"}";
    private const string Refused = """42["REFUSED",{"error":"disconnected","message":"bye"}]""";
    private const string BadRequest = "400 {\"code\":3,\"message\":\"Bad request\"}";

    [Theory]
    [InlineData("?EIO=4", "6")]
    [InlineData("?EIO=3", "1:6")]
    public async Task A_probe_ends_the_waiting_poll_and_the_upgrade_moves_the_session(string query, string noop)
    {
        using var client = await OpenAsync(query);
        var poll = client.GetAsync();
        using var socket = await client.OpenSocketAsync(server);
        await socket.SendAsync("2probe");
        Assert.Equal("3probe", await socket.ReceiveAsync());
        Assert.Equal("200 " + noop, await poll);

        await socket.SendAsync("5");
        await ExpectEchoAsync(socket, query);
        Assert.Equal(BadRequest, await client.GetAsync());
        Assert.Equal(BadRequest, await client.PostAsync("40"));
    }

    [Theory]
    [InlineData("?EIO=4", "6")]
    [InlineData("?EIO=3", "1:6")]
    public async Task Every_poll_after_the_probe_is_ended(string query, string noop)
    {
        using var client = await OpenAsync(query);
        using var socket = await client.OpenSocketAsync(server);
        await socket.SendAsync("2probe");
        Assert.Equal("3probe", await socket.ReceiveAsync());
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("200 " + noop, await client.GetAsync());
        }
    }

    [Theory]
    [InlineData("?EIO=4")]
    [InlineData("?EIO=3")]
    public async Task An_upgrade_needs_no_probe(string query)
    {
        using var client = await OpenAsync(query);
        using var socket = await client.OpenSocketAsync(server);
        await socket.SendAsync("5");
        await ExpectEchoAsync(socket, query);
        Assert.Equal(BadRequest, await client.GetAsync());
    }

    [Theory]
    [InlineData("?EIO=4")]
    [InlineData("?EIO=3")]
    public async Task A_second_socket_is_turned_away(string query)
    {
        using var client = await OpenAsync(query);
        using var socket = await client.OpenSocketAsync(server);
        await socket.SendAsync("2probe");
        Assert.Equal("3probe", await socket.ReceiveAsync());

        using var during = await client.OpenSocketAsync(server);
        Assert.Equal("closed", await during.ReceiveAsync());
        await socket.SendAsync("5");
        await ExpectEchoAsync(socket, query);

        using var after = await client.OpenSocketAsync(server);
        Assert.Equal("closed", await after.ReceiveAsync());
        await ExpectEchoAsync(socket, query);
    }

    [Theory]
    [InlineData("4hello")]
    [InlineData("2")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("1")]
    public async Task Anything_else_ends_the_socket_and_leaves_the_session(string frame)
    {
        using var client = await OpenAsync("?EIO=4");
        using var socket = await client.OpenSocketAsync(server);
        await socket.SendAsync(frame);
        Assert.Equal("closed", await socket.ReceiveAsync());
        Assert.Equal("200 ok", await client.PostAsync("0"));
    }

    [Fact]
    public async Task A_socket_that_leaves_early_leaves_the_session_which_may_try_again()
    {
        using var client = await OpenAsync("?EIO=4");
        using (var socket = await client.OpenSocketAsync(server))
        {
            await socket.SendAsync("2probe");
            Assert.Equal("3probe", await socket.ReceiveAsync());
        }

        Assert.Equal("200 ok", await client.PostAsync("0"));
        while (true)
        {
            // Until the server has noticed that the first is gone.
            using var again = await client.OpenSocketAsync(server);
            await again.SendAsync("2probe");
            if (await again.ReceiveAsync() == "3probe")
            {
                await again.SendAsync("5");
                await ExpectEchoAsync(again, "?EIO=4");
                return;
            }
        }
    }

    [Fact]
    public async Task Nothing_is_lost_or_repeated_on_the_way()
    {
        using var client = await PollingClient.ConnectAsync(server);
        Assert.Equal("200 ok", await client.PostAsync("421[\"join\",\"upgraded\"]"));
        Assert.StartsWith("200 431[", await client.GetAsync(), StringComparison.Ordinal);

        using var stop = new CancellationTokenSource();
        var sent = 0;
        var sender = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await server.SendAsync("upgraded", (++sent).ToString(System.Globalization.CultureInfo.InvariantCulture));
            }

            await server.SendAsync("upgraded", "\"last\"");
        });

        var received = new List<string>();
        using var socket = await client.OpenSocketAsync(server);
        await socket.SendAsync("2probe");
        Assert.Equal("3probe", await socket.ReceiveAsync());
        do
        {
            received.AddRange((await client.GetAsync())["200 ".Length..].Split('\u001e').Where(packet => packet != "6"));
        }
        while (received.Count < 20);
        await socket.SendAsync("5");
        received.Add(await socket.ReceiveAsync());
        await stop.CancelAsync();
        while (!received[^1].StartsWith("42[\"NEW_NOTIFICATION\",\"last\"]", StringComparison.Ordinal))
        {
            received.Add(await socket.ReceiveAsync());
            Assert.StartsWith("42[", received[^1], StringComparison.Ordinal);
        }

        await sender.Soon();

        Assert.Equal(Enumerable.Range(1, sent).Select(i => $"42[\"NEW_NOTIFICATION\",{i}]"), received.SkipLast(1));
    }

    [Fact]
    public async Task A_client_that_is_disconnected_while_it_completes_the_upgrade_is_told_so_on_the_socket()
    {
        using var client = await PollingClient.ConnectAsync(server);
        using var socket = await client.OpenSocketAsync(server);
        await socket.SendAsync("2probe");
        Assert.Equal("3probe", await socket.ReceiveAsync());
        Assert.Equal("200 6", await client.GetAsync());

        await DisconnectAsync(client);
        await socket.SendAsync("5");
        Assert.Equal(Refused, await socket.ReceiveAsync());
        Assert.Equal("41", await socket.ReceiveAsync());
        Assert.Equal("6", await socket.ReceiveAsync());
        Assert.Equal("1", await socket.ReceiveAsync());
        Assert.Equal("closed", await socket.ReceiveAsync());
        Assert.Equal(SessionUnknown, await client.GetAsync());
    }

    [Fact]
    public async Task A_client_that_is_disconnected_during_an_upgrade_and_polls_again_is_told_so_in_the_poll()
    {
        using var client = await PollingClient.ConnectAsync(server);
        using var socket = await client.OpenSocketAsync(server);
        await DisconnectAsync(client);
        Assert.Equal($"200 {Refused}\u001e41\u001e6\u001e1", await client.GetAsync());
        Assert.Equal("closed", await socket.ReceiveAsync());
        Assert.Equal(SessionUnknown, await client.GetAsync());
    }

    // Revision 3 sends a ping. Revision 4 receives a response for an unknown namespace.
    private static async Task ExpectEchoAsync(RawSocket socket, string query)
    {
        await socket.SendAsync(query == "?EIO=3" ? "2" : "40/other");
        Assert.Equal(query == "?EIO=3" ? "3" : "44/other,{\"message\":\"Invalid namespace\"}", await socket.ReceiveAsync());
    }

    private async Task DisconnectAsync(PollingClient client)
    {
        var answer = await RawHttp.SendAsync(
            server,
            new RawRequest("POST", "/api/disconnect", ["Authorization: Bearer S1", "Content-Type: application/json"])
            {
                Body = Encoding.UTF8.GetBytes($$"""{"connection": "{{client.Id}}", "reason": "bye"}"""),
            });
        Assert.Contains("\"connections\":1", answer.Body, StringComparison.Ordinal);
    }

    private async Task<PollingClient> OpenAsync(string query)
    {
        var client = await PollingClient.OpenAsync(server, query, query == "?EIO=3" ? "&b64=1" : "");
        if (query == "?EIO=3")
        {
            Assert.Equal("200 2:40", await client.GetAsync());
        }

        return client;
    }
}
