using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Send;

/// <summary>Holds one client on each channel that the rows may publish to.</summary>
public sealed class Listeners : IAsyncDisposable
{
    internal static readonly string[] Channels =
        ["C", "a", "b", "5", "[object Object]", "undefined", "null", "true", "", "b,c", "0", "1,2", "é", " C "];

    private const string Prefix = "42[\"NEW_NOTIFICATION\",";

    private readonly NotifyServer _server;
    private readonly List<RawSocket> _sockets = [];
    private int _marks;

    private Listeners(NotifyServer server)
    {
        _server = server;
    }

    internal static async Task<Listeners> StartAsync(NotifyServer server)
    {
        var listeners = new Listeners(server);
        foreach (var channel in Channels)
        {
            var (socket, _) = await RawSocket.ConnectAsync(server);
            await socket.SendAsync($"421[\"join\",{System.Text.Json.JsonSerializer.Serialize(channel)}]");
            Assert.StartsWith("431[{\"epoch\"", await socket.ReceiveAsync(), StringComparison.Ordinal);
            listeners._sockets.Add(socket);
        }

        return listeners;
    }

    /// <summary>Returns the deliveries since the last call. A channel keeps its order, so everything before a marker has arrived.</summary>
    internal async Task<string> CollectAsync()
    {
        var mark = $"\"mark {++_marks}\"";
        var delivered = new List<string>();
        for (var i = 0; i < Channels.Length; i++)
        {
            // As a list with one element, because an empty name counts as missing.
            var response = await RawHttp.SendAsync(_server, SendRow.Json(
                "mark", $"{{\"channel\":[{System.Text.Json.JsonSerializer.Serialize(Channels[i])}],\"notification\":{mark}}}").Request);
            Assert.Equal(200, response.Status);
            foreach (var frame in await _sockets[i].ReceiveUntilAsync(Prefix + mark + "]"))
            {
                Assert.StartsWith(Prefix, frame, StringComparison.Ordinal);
                delivered.Add($"<{Channels[i]}>{frame[Prefix.Length..^1]}");
            }

            // A client that says nothing is cut off after 45 seconds, and the rows may take longer.
            await _sockets[i].SendAsync("2");
            Assert.Equal("3", await _sockets[i].ReceiveAsync());
        }

        return string.Join(' ', delivered);
    }

    public ValueTask DisposeAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        return ValueTask.CompletedTask;
    }
}
