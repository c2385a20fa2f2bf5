using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Notify.Server.Listening;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Listening;

/// <summary>Tests the output of a WebSocket's writer over a real socket.</summary>
public sealed class SocketOutputTests : IAsyncLifetime
{
    private readonly Pipe _transport = new();
    private readonly CancellationTokenSource _aborted = new();
    private Socket _server = null!;
    private Socket _client = null!;
    private SocketOutput _output = null!;

    public async Task InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _client = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        var accepted = listener.AcceptSocketAsync();
        await _client.ConnectAsync(listener.LocalEndpoint).Soon();
        _server = await accepted.Soon();
        _server.SendBufferSize = 4096;
        _output = new SocketOutput(_transport.Writer, _server, new AbortingConnection(_aborted));
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        _server.Dispose();
        _aborted.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_socket_with_room_has_taken_a_frame_when_the_call_returns()
    {
        _output.SendDirectly();

        var write = _output.WriteAsync("hello"u8.ToArray()).AsTask();

        Assert.True(write.IsCompletedSuccessfully);
        Assert.Equal("hello", await ReceiveAsync(5));
    }

    [Fact]
    public void A_connection_that_is_gone_already_is_said_to_be_gone()
    {
        _server.Dispose();

        Assert.Throws<ConnectionResetException>(_output.SendDirectly);
    }

    [Fact]
    public async Task What_a_full_socket_does_not_take_follows_when_it_is_read_from()
    {
        _output.SendDirectly();
        var large = Enumerable.Range(0, 4 << 20).Select(i => (byte)(i % 251)).ToArray();

        var write = _output.WriteAsync(large).AsTask();
        Assert.False(write.IsCompleted);
        var received = await ReceiveBytesAsync(large.Length);

        Assert.False((await write.Soon()).IsCompleted);
        Assert.Equal(large, received);
        Assert.True(_output.WriteAsync("next"u8.ToArray()).AsTask().IsCompletedSuccessfully);
        Assert.Equal("next", await ReceiveAsync(4));
    }

    [Fact]
    public async Task What_is_written_in_pieces_is_sent_in_order_at_the_flush()
    {
        _output.SendDirectly();
        var expected = new StringBuilder();
        for (var i = 0; i < 3000; i++)
        {
            var piece = $"{i},";
            Encoding.ASCII.GetBytes(piece, _output.GetSpan(piece.Length));
            _output.Advance(piece.Length);
            expected.Append(piece);
        }

        Assert.Equal(expected.Length, _output.UnflushedBytes);
        Assert.Equal(0, _client.Available);
        var flush = _output.FlushAsync().AsTask();

        Assert.Equal(expected.ToString(), await ReceiveAsync(expected.Length));
        Assert.False((await flush.Soon()).IsCompleted);
        Assert.Equal(0, _output.UnflushedBytes);
    }

    [Fact]
    public async Task Before_it_sends_directly_all_goes_the_way_of_the_transport()
    {
        await _output.WriteAsync("HTTP/1.1 200 OK"u8.ToArray());

        Assert.True(_transport.Reader.TryRead(out var read));
        Assert.Equal("HTTP/1.1 200 OK", Encoding.ASCII.GetString(read.Buffer));
        Assert.Equal(0, _client.Available);
    }

    [Fact]
    public async Task After_an_answer_that_the_transport_may_still_have_to_send_nothing_overtakes_it()
    {
        await _output.WriteAsync("answer,"u8.ToArray());

        _output.SendDirectly();
        await _output.WriteAsync("frame"u8.ToArray());

        Assert.True(_transport.Reader.TryRead(out var read));
        Assert.Equal("answer,frame", Encoding.ASCII.GetString(read.Buffer));
        Assert.Equal(0, _client.Available);
    }

    [Fact]
    public async Task A_broken_connection_is_aborted_and_says_that_it_is_completed()
    {
        _output.SendDirectly();
        _client.LingerState = new LingerOption(enable: true, seconds: 0);
        _client.Close();
        await TestTimeouts.UntilAsync(
            () => _output.WriteAsync("more"u8.ToArray()).AsTask() is { IsCompletedSuccessfully: true, Result.IsCompleted: true });

        Assert.True(_aborted.IsCancellationRequested);
    }

    [Fact]
    public async Task A_write_that_waits_ends_with_the_connection()
    {
        _output.SendDirectly();
        var write = _output.WriteAsync(new byte[16 << 20]).AsTask();
        Assert.False(write.IsCompleted);

        _server.Dispose();

        Assert.True((await write.Soon()).IsCompleted);
        Assert.True((await _output.WriteAsync("more"u8.ToArray())).IsCompleted);
    }

    private async Task<string> ReceiveAsync(int length) => Encoding.ASCII.GetString(await ReceiveBytesAsync(length));

    private async Task<byte[]> ReceiveBytesAsync(int length)
    {
        var bytes = new byte[length];
        await using var stream = new NetworkStream(_client, ownsSocket: false);
        await stream.ReadExactlyAsync(bytes).AsTask().Soon();
        return bytes;
    }

    private sealed class AbortingConnection(CancellationTokenSource aborted) : DefaultConnectionContext
    {
        public override void Abort(ConnectionAbortedException abortReason) => aborted.Cancel();
    }
}
