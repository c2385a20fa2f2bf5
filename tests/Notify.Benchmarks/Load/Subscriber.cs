using System.Net.WebSockets;

namespace Notify.Benchmarks.Load;

/// <summary>Represents a connection that has joined one channel, and its deliveries.</summary>
internal sealed class Subscriber(LoadOptions options, Uri server, string channel, Tally tally)
{
    private const int Window = 64;

    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _newest;
    private ulong _seen;

    /// <summary>Gets the number of different notifications that it received.</summary>
    public long Told { get; private set; }

    /// <summary>Connects and joins. Then it listens until it is cancelled or the server ends it.</summary>
    /// <exception cref="LoadException">The server refuses the connection.</exception>
    public async Task JoinAsync(CancellationToken stopping)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        try
        {
            await socket.ConnectAsync(options.Dialect.Address(server, options.Key), stopping);
        }
        catch (WebSocketException exception)
        {
            socket.Dispose();
            throw new LoadException($"{server} lets nobody in: {exception.Message}");
        }

        _ = ListenAsync(socket, stopping);
        await _joined.Task.WaitAsync(TimeSpan.FromSeconds(30), stopping);
    }

    private async Task ListenAsync(ClientWebSocket socket, CancellationToken stopping)
    {
        using var _ = socket;
        var buffer = new byte[options.Bytes + 1024];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult read;
                do
                {
                    read = await socket.ReceiveAsync(buffer.AsMemory(length), stopping);
                    length += read.Count;
                }
                while (!read.EndOfMessage && length < buffer.Length);

                if (read.MessageType == WebSocketMessageType.Close)
                {
                    End($"the server closed it: {socket.CloseStatus} {socket.CloseStatusDescription}");
                    return;
                }

                if (Stamp.TryFind(buffer.AsSpan(0, length), out var stamp))
                {
                    Hear(stamp);
                }
                else if (Step(buffer.AsSpan(0, length)) is { } answer)
                {
                    await socket.SendAsync(answer, WebSocketMessageType.Text, true, stopping);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (WebSocketException exception)
        {
            End(exception.Message);
        }
    }

    private byte[]? Step(ReadOnlySpan<byte> message)
    {
        var step = options.Dialect.Hear(message, channel);
        if (step.Refusal is { } refusal)
        {
            _joined.TrySetException(new LoadException($"{server} refuses the join: {refusal}"));
        }
        else if (step.IsJoined)
        {
            _joined.TrySetResult();
        }

        return step.Answer;
    }

    private void Hear(Stamp stamp)
    {
        var behind = _newest - stamp.Number;
        if (behind < 0)
        {
            _seen = -behind >= Window ? 1 : (_seen << (int)-behind) | 1;
            _newest = stamp.Number;
        }
        else if (behind >= Window || (_seen & (1UL << (int)behind)) != 0)
        {
            tally.Doubled();
            return;
        }
        else
        {
            _seen |= 1UL << (int)behind;
            tally.Reordered();
        }

        Told++;
        tally.Delivered(stamp);
    }

    private void End(string why)
    {
        _joined.TrySetException(new LoadException($"{server}: {why}"));
        tally.Ended();
    }
}
