using System.Collections.Concurrent;
using Notify.Browser.Tests;
using Notify.Server.Tests.Support;
using SocketIOClient;
using SocketIOClient.Transport;

namespace Notify.Server.Tests.SocketIo;

/// <summary>Tests that clients of the NuGet package SocketIOClient reconnect after a deployment.</summary>
[Trait("Duration", "Long")]
public sealed class DotNetClientTests
{
    public static TheoryData<int, TransportProtocol, bool> Clients
    {
        get
        {
            var clients = new TheoryData<int, TransportProtocol, bool>();
            foreach (var revision in new[] { 3, 4 })
            {
                clients.Add(revision, TransportProtocol.Polling, false);
                clients.Add(revision, TransportProtocol.Polling, true);
                clients.Add(revision, TransportProtocol.WebSocket, false);
            }

            return clients;
        }
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_client_comes_back_when_the_server_was_stopped_and_started(int revision, TransportProtocol transport, bool upgrades)
    {
        using var port = LastingPort.Reserve();
        var options = NotifyServer.Default with { Listen = new() { Port = port.Number, Host = "127.0.0.1" } };
        var first = new NotifyServer(options);
        await first.InitializeAsync();
        var heard = new ConcurrentQueue<string>();
        using var client = new SocketIO(first.Address, new SocketIOOptions
        {
            EIO = revision,
            Transport = transport,
            AutoUpgrade = upgrades,
            ReconnectionDelay = 100,
            Query = [new("notificationKey", "K1")],
        });
        client.On("NEW_NOTIFICATION", response => heard.Enqueue(response.GetValue<string>()));
        client.OnConnected += async (_, _) =>
        {
            await client.EmitAsync("join", "c");
            heard.Enqueue("joined");
        };
        await client.ConnectAsync().Soon();
        await TestTimeouts.UntilAsync(() => heard.Contains("joined"));
        await HearsAsync(first, heard, "before");

        await first.StopAsync();
        await first.DisposeAsync();
        await using var second = new Stopped(new NotifyServer(options));
        await second.Server.InitializeAsync();

        await TestTimeouts.UntilAsync(() => heard.Count(each => each == "joined") == 2);
        await HearsAsync(second.Server, heard, "after");
        await client.DisconnectAsync().Soon();
    }

    // A join without an ack is not confirmed, so the publish is repeated until the client receives it.
    private static async Task HearsAsync(NotifyServer server, ConcurrentQueue<string> heard, string text)
    {
        using var limit = new CancellationTokenSource(TestTimeouts.Limit);
        while (!heard.Contains(text))
        {
            await server.SendAsync("c", $"\"{text}\"");
            await Task.Delay(50, limit.Token);
        }
    }

    private sealed class Stopped(NotifyServer server) : IAsyncDisposable
    {
        public NotifyServer Server { get; } = server;

        public async ValueTask DisposeAsync() => await Server.DisposeAsync();
    }
}
