using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>Tests that every kind of end of a connection releases it.</summary>
public sealed class PlacesGivenBackTests(FakeTimeServer server) : IClassFixture<FakeTimeServer>
{
    public static TheoryData<string> Ends => new(
        [
            "the client closes the WebSocket", "the connection is cut", "the client says good-bye",
            "a frame is no packet", "a message is too long", "nobody answers the heartbeat",
            "polling: the client says good-bye", "polling: a body is no packet",
            "polling: two polls", "polling: a poll is cut", "polling: nobody polls",
            "upgrade: the WebSocket is closed", "upgrade: it is never finished",
        ]);

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_connection_that_ends_gives_its_place_back(string end)
    {
        Assert.Equal((0, 0), (server.Limits.Connections, server.Limits.Handshakes));
        await (
            end.StartsWith("polling", StringComparison.Ordinal) || end.StartsWith("upgrade", StringComparison.Ordinal)
                ? EndPollingAsync(end)
                : EndSocketAsync(end));
        if (end is "polling: nobody polls" or "upgrade: it is never finished")
        {
            await server.Time.PassUntilAsync(IsGivenBack);
        }
        else
        {
            await TestTimeouts.UntilAsync(IsGivenBack);
        }
    }

    private async Task EndSocketAsync(string end)
    {
        using var socket = await RawSocket.OpenAsync(server, "?EIO=4&transport=websocket");
        Assert.StartsWith("0{", await socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal(1, server.Limits.Connections);
        switch (end)
        {
            case "the client closes the WebSocket":
                await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure);
                break;
            case "the connection is cut":
                socket.Dispose();
                break;
            case "the client says good-bye":
                await socket.SendAsync("1");
                break;
            case "a frame is no packet":
                await socket.SendAsync("x");
                break;
            case "a message is too long":
                await socket.SendAsync("4" + new string('x', 1_000_000));
                break;
            case "nobody answers the heartbeat":
                await server.Time.PassUntilAsync(IsGivenBack);
                break;
        }
    }

    private async Task EndPollingAsync(string end)
    {
        using var polling = await PollingClient.OpenAsync(server, "?EIO=4");
        Assert.Equal(1, server.Limits.Connections);
        switch (end)
        {
            case "polling: the client says good-bye":
                await polling.PostAsync("1");
                break;
            case "polling: a body is no packet":
                await polling.PostAsync("x");
                break;
            case "polling: two polls":
                await Task.WhenAll(polling.GetAsync(), polling.GetAsync());
                break;
            case "polling: a poll is cut":
                using (var cut = new CancellationTokenSource())
                {
                    var poll = polling.GetAsync(cancellationToken: cut.Token);
                    await cut.CancelAsync();
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
                }

                break;
            case "upgrade: the WebSocket is closed":
                using (var upgrade = await polling.OpenSocketAsync(server))
                {
                    await upgrade.SendAsync("2probe");
                    Assert.Equal("3probe", await upgrade.ReceiveAsync());
                    await upgrade.SendAsync("5");
                    await upgrade.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure);
                }

                break;
            case "upgrade: it is never finished":
                (await polling.OpenSocketAsync(server)).Dispose();
                break;
        }
    }

    private bool IsGivenBack() => server.Limits is { Connections: 0, Handshakes: 0 };
}
