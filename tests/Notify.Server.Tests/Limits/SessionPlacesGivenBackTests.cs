using Microsoft.Extensions.Time.Testing;
using Notify.Server.Sessions;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>Tests that every kind of end of a JSON WebSocket or an event stream releases the connection exactly once.</summary>
[Trait("Duration", "Long")]
public sealed class SessionPlacesGivenBackTests : IAsyncLifetime
{
    private const int Kilobyte = 1024;

    private static readonly ClientSessionOptions Calm = new()
    {
        KeepAliveInterval = TimeSpan.FromHours(1),
        SilenceTimeout = TimeSpan.FromHours(1),
    };

    private readonly FakeTimeProvider _time = new();
    private NotifyServer _server = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("the client closes")]
    [InlineData("the connection is cut")]
    [InlineData("the client says nothing more")]
    [InlineData("ten bad messages")]
    [InlineData("a message is too long")]
    [InlineData("a relay stops")]
    [InlineData("its actor stops")]
    [InlineData("nothing is read")]
    [InlineData("the server leaves")]
    [InlineData("silence")]
    public async Task A_WebSocket_that_ends_gives_its_place_back(string end)
    {
        await StartAsync(Calm);
        using var client = await JsonWebSocketFrames.OpenAsync(_server);
        Assert.StartsWith("text {\"type\":\"welcome\"", await client.ReceiveAsync(), StringComparison.Ordinal);
        await client.SendTextAsync("""{"type":"join","channel":"c"}""");
        Assert.StartsWith("text {\"type\":\"joined\"", await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal((1, 0), (_server.Limits.Connections, _server.Limits.Handshakes));
        switch (end)
        {
            case "the client closes":
                await client.SendAsync(0x88, [0x03, 0xE8]);
                break;
            case "the connection is cut":
                client.Dispose();
                break;
            case "the client says nothing more":
                client.HalfClose();
                break;
            case "ten bad messages":
                for (var i = 0; i < 10; i++)
                {
                    await client.SendTextAsync("x");
                }

                break;
            case "a message is too long":
                using (var long16 = await JsonWebSocketClient.OpenAsync(_server))
                {
                    Assert.Equal(2, _server.Limits.Connections);
                    await long16.SendAsync(new string('x', 17 * Kilobyte));
                    while (!(await long16.ReceiveAsync()).StartsWith("closed 4503", StringComparison.Ordinal))
                    {
                    }
                }

                client.Dispose();
                break;
            default:
                await EndByServerAsync(end);
                break;
        }

        await AssertGivenBackAsync();
    }

    [Theory]
    [InlineData("the client goes")]
    [InlineData("a relay stops")]
    [InlineData("its actor stops")]
    [InlineData("nothing is read")]
    [InlineData("the server leaves")]
    public async Task A_stream_that_ends_gives_its_place_back(string end)
    {
        await StartAsync(Calm);
        var (stream, _) = await EventStream.OpenAsync(_server, "?key=K1&channel=c");
        Assert.Contains("event: joined", await stream.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal((1, 0), (_server.Limits.Connections, _server.Limits.Handshakes));
        if (end == "the client goes")
        {
            stream.Dispose();
        }
        else
        {
            await EndByServerAsync(end);
        }

        await AssertGivenBackAsync();
        stream.Dispose();
    }

    [Fact]
    public async Task A_client_that_goes_while_it_is_welcomed_gives_its_place_back()
    {
        await StartAsync(Calm);
        for (var i = 0; i < 50; i++)
        {
            (await RawSocket.OpenAsync(_server, "/ws", "?key=K1")).Dispose();
            (await EventStream.RequestAsync(_server, "?key=K1&channel=c")).Dispose();
        }

        await AssertGivenBackAsync();
    }

    private async Task EndByServerAsync(string end)
    {
        switch (end)
        {
            case "a relay stops":
                _server.StopActors("/user/relays/*");
                break;
            case "its actor stops":
                _server.StopActors("/user/connections-*/*");
                break;
            case "nothing is read":
                // More than the buffers of both ends and the send queue can hold together.
                for (var i = 0; i < 150; i++)
                {
                    await _server.SendAsync("c", $"\"{new string('x', 90 * Kilobyte)}\"");
                }

                break;
            case "silence":
                _time.Advance(Calm.SilenceTimeout);
                break;
            case "the server leaves":
                await _server.StopAsync().Soon();
                break;
        }
    }

    // Not one less either, which would permanently allow one more connection.
    private async Task AssertGivenBackAsync()
    {
        // Who does not read the end of its connection is cut off after a time.
        await _time.PassUntilAsync(() => _server.Sessions == 0);
        await TestTimeouts.UntilAsync(() => _server.Limits is { Connections: 0, Handshakes: 0 });
        await _server.StopAsync().Soon();
        Assert.Equal((0, 0), (_server.Limits.Connections, _server.Limits.Handshakes));
    }

    private async Task StartAsync(ClientSessionOptions sessions)
    {
        var options = NotifyServer.Default with
        {
            Connection = new() { MaxQueue = 64 * Kilobyte, Drain = TimeSpan.Zero },
            Sessions = sessions,
        };
        _server = new NotifyServer(options, time: _time);
        await _server.InitializeAsync();
    }
}
