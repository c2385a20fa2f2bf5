using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Notify.Chaos;

/// <summary>
/// Simulates a JSON WebSocket client that keeps its position like a page. When its connection ends, it reconnects to any node and requests
/// the missed notifications. Every delivery must follow the previous one.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(6);

    private readonly Func<Node> _pick;
    private readonly string _channel;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<string> _told = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private string? _epoch;
    private long _offset;

    private Listener(string channel, Func<Node> pick)
    {
        _channel = channel;
        _pick = pick;
        _running = RunAsync();
    }

    /// <summary>Gets the deliveries in order.</summary>
    public IReadOnlyCollection<string> Told => _told;

    /// <summary>Gets the number of reports of lost history.</summary>
    public int Losses { get; private set; }

    /// <summary>Gets the number of times that its connection ended.</summary>
    public int Reconnects { get; private set; }

    /// <summary>Gets the errors in the deliveries.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<Listener> JoinAsync(string channel, Func<Node> pick)
    {
        var listener = new Listener(channel, pick);
        await listener._joined.Task.WaitAsync(TestTimeouts.Limit);
        return listener;
    }

    /// <summary>Waits until the given number of notifications has arrived.</summary>
    public Task HasAsync(int count) => TestTimeouts.UntilAsync(
        () => _told.Count >= count,
        () => $"{_channel}: told {_told.Count} of {count} ({string.Join(' ', _told.TakeLast(5))})");

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(_pick());
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
        var since = _epoch is null ? "" : $$""","since":{"epoch":"{{_epoch}}","offset":{{_offset}}}""";
        await socket.SendAsync(
            Encoding.UTF8.GetBytes($$"""{"type":"join","channel":{{JsonSerializer.Serialize(_channel)}}{{since}}}"""),
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
        switch (message.GetProperty("type").GetString())
        {
            case "joined":
                Place(
                    message.GetProperty("epoch").GetString()!,
                    message.GetProperty("offset").GetInt64(),
                    message.GetProperty("recovered").GetBoolean());
                _joined.TrySetResult();
                break;
            case "notification":
                var (epoch, offset) = (message.GetProperty("epoch").GetString()!, message.GetProperty("offset").GetInt64());
                if (epoch != _epoch || offset != _offset + 1)
                {
                    Complaints.Enqueue($"{_channel}: {epoch}/{offset} follows {_epoch}/{_offset}");
                }

                (_epoch, _offset) = (epoch, offset);
                _told.Enqueue(message.GetProperty("data").GetString()!);
                break;
            case "error":
                // This node cannot provide the missed notifications, but another one may.
                throw new IOException(message.GetProperty("code").GetString());
        }
    }

    private void Place(string epoch, long offset, bool recovered)
    {
        if (_epoch is not null && !recovered)
        {
            Losses++;
        }
        else if (_epoch is not null && (epoch, offset) != (_epoch, _offset))
        {
            Complaints.Enqueue($"{_channel}: recovered at {epoch}/{offset} instead of {_epoch}/{_offset}");
        }

        (_epoch, _offset) = (epoch, offset);
    }
}
