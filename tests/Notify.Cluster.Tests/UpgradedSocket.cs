using System.Net.WebSockets;
using System.Text;

namespace Notify.Cluster.Tests;

/// <summary>Upgrades a polling session to a WebSocket through a node of the caller's choice.</summary>
internal sealed class UpgradedSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _patience = new(TestTimeouts.Limit);

    private UpgradedSocket()
    {
    }

    /// <summary>
    /// Upgrades a session like stock clients: the poll that is under way completes, and the next packet is sent on the WebSocket.
    /// </summary>
    public static async Task<UpgradedSocket> UpgradeAsync(PollingClient client, Node pollsAt, Node upgradesAt)
    {
        var poll = client.PollAsync(pollsAt);
        var upgraded = new UpgradedSocket();
        var url = upgradesAt.Url.Replace("http", "ws", StringComparison.Ordinal)
            + "/socket.io/?EIO=4&transport=websocket&notificationKey=K1&sid=" + client.SessionId;
        await upgraded._socket.ConnectAsync(new Uri(url), upgraded._patience.Token);
        await upgraded.SendAsync("2probe");
        Assert.Equal("3probe", await upgraded.ReceiveAsync());
        await poll.WaitAsync(TestTimeouts.Limit);
        await upgraded.SendAsync("5");
        return upgraded;
    }

    public Task SendAsync(string text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _patience.Token);

    /// <summary>Returns the next packet other than heartbeats, which are answered; empty when the connection was closed.</summary>
    public async Task<string> ReceiveAsync()
    {
        while (true)
        {
            var buffer = new byte[4096];
            var frame = await _socket.ReceiveAsync(buffer, _patience.Token);
            var text = Encoding.UTF8.GetString(buffer, 0, frame.Count);
            if (text != "2")
            {
                return text;
            }

            await SendAsync("3");
        }
    }

    public Task CloseAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, _patience.Token);

    public void Dispose()
    {
        _socket.Dispose();
        _patience.Dispose();
    }
}
