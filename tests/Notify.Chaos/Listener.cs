using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Notify.Chaos;

/// <summary>
/// A client of the plain WebSocket that keeps its position, as a page does: when its connection ends, it comes back to any node and asks
/// for what it missed. Everything that it is told has to follow what it was told before.
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

    /// <summary>What it was told, in order.</summary>
    public IReadOnlyCollection<string> Told => _told;

    /// <summary>How often it heard that something is lost.</summary>
    public int Losses { get; private set; }

    /// <summary>How often its connection has ended.</summary>
    public int Reconnects { get; private set; }

    /// <summary>What was wrong with what it was told.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<Listener> JoinAsync(string channel, Func<Node> pick)
    {
        var listener = new Listener(channel, pick);
        await listener._joined.Task.WaitAsync(TestTimeouts.Limit);
        return listener;
    }

    /// <summary>Waits until it was told so many.</summary>
    public Task HasAsync(int count) => TestTimeouts.UntilAsync(() => _told.Count >= count, () => $"{_channel}: told {_told.Count} of {count} ({string.Join(' ', _told.TakeLast(5))})");

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
                // The node is gone, or not there yet: on to another one.
            }

            Reconnects++;
            await Task.Delay(100).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(Node node)
    {
        // A node that says nothing, not even that it is there, is left, as a page does.
        using var socket = new ClientWebSocket { Options = { KeepAliveInterval = KeepAlive, KeepAliveTimeout = KeepAlive } };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        patience.CancelAfter(TimeSpan.FromSeconds(5));
        await socket.ConnectAsync(new Uri(node.Url.Replace("http", "ws", StringComparison.Ordinal) + "/ws?key=K1"), patience.Token);
        var since = _epoch is null ? "" : $$""","since":{"epoch":"{{_epoch}}","offset":{{_offset}}}""";
        await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"join","channel":{{JsonSerializer.Serialize(_channel)}}{{since}}}"""), WebSocketMessageType.Text, true, patience.Token);
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
                Place(message.GetProperty("epoch").GetString()!, message.GetProperty("offset").GetInt64(), message.GetProperty("recovered").GetBoolean());
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
                // This node cannot say what was missed; another one may.
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
