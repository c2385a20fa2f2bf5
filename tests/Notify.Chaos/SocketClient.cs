using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Notify.Chaos;

/// <summary>Simulates a page with a JSON WebSocket. When its connection ends, it joins its channel again on any node.</summary>
internal abstract class SocketClient(string channel) : IAsyncDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(6);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;

    /// <summary>Gets the channel.</summary>
    public string Channel { get; } = channel;

    /// <summary>Gets the number of times that its connection ended.</summary>
    public int Reconnects { get; private set; }

    /// <summary>Gets further members of the join, each with a comma before it.</summary>
    protected abstract string JoinMembers { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    /// <summary>Connects, and returns when the channel is joined.</summary>
    protected Task StartAsync()
    {
        _running = RunAsync();
        return _joined.Task.WaitAsync(TestTimeouts.Limit);
    }

    /// <summary>Chooses the node of the next connection.</summary>
    protected abstract Node Pick();

    /// <summary>Handles the answer to a join.</summary>
    protected abstract void OnJoined(JsonElement message);

    /// <summary>Handles another message of the channel.</summary>
    protected abstract void OnMessage(string type, JsonElement message);

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(Pick());
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
            {
                // The node is down or still starting, so the client tries another one.
            }

            Reconnects++;
            await Task.Delay(100).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(Node node)
    {
        // Like a page, the client leaves a node that sends nothing, not even keep-alives.
        using var socket = new ClientWebSocket { Options = { KeepAliveInterval = KeepAlive, KeepAliveTimeout = KeepAlive } };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        patience.CancelAfter(TimeSpan.FromSeconds(5));
        await socket.ConnectAsync(new Uri(node.Url.Replace("http", "ws", StringComparison.Ordinal) + "/ws?key=K1"), patience.Token);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes($$"""{"type":"join","channel":{{JsonSerializer.Serialize(Channel)}}{{JoinMembers}}}"""),
            WebSocketMessageType.Text,
            true,
            patience.Token);
        patience.CancelAfter(Timeout.InfiniteTimeSpan);
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, patience.Token) is { MessageType: WebSocketMessageType.Text } frame)
        {
            using var message = JsonDocument.Parse(buffer.AsMemory(0, frame.Count));
            Hear(message.RootElement);
        }
    }

    private void Hear(JsonElement message)
    {
        switch (message.GetProperty("type").GetString()!)
        {
            case "joined":
                OnJoined(message);
                _joined.TrySetResult();
                break;
            case "error":
                // This node cannot provide the missed notifications, but another one may.
                throw new IOException(message.GetProperty("code").GetString());
            case var type:
                OnMessage(type, message);
                break;
        }
    }
}
