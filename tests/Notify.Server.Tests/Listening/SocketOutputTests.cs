using System.Buffers;
using System.Text;
using Notify.Server.Listening;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Listening;

/// <summary>Tests the output of HTTP responses and of a WebSocket's writer over a real socket.</summary>
public sealed class SocketOutputTests : IAsyncLifetime
{
    private AcceptedPair _pair = null!;

    private SocketOutput Output => _pair.Output;

    public async Task InitializeAsync() => _pair = await AcceptedPair.OpenAsync();

    public async Task DisposeAsync() => await _pair.DisposeAsync();

    [Fact]
    public async Task A_socket_with_room_has_taken_a_frame_when_the_call_returns()
    {
        Output.SendDirectly();

        var write = Output.WriteAsync("hello"u8.ToArray()).AsTask();

        Assert.True(write.IsCompletedSuccessfully);
        Assert.Equal("hello", await _pair.ReceiveTextAsync(5));
    }

    [Fact]
    public async Task A_connection_that_is_gone_already_is_said_to_be_gone()
    {
        Output.SendDirectly();
        _pair.Connection.Abort();

        Assert.True((await Output.WriteAsync("late"u8.ToArray())).IsCompleted);
    }

    [Fact]
    public async Task What_a_full_socket_does_not_take_follows_when_it_is_read_from()
    {
        Output.SendDirectly();
        var large = Enumerable.Range(0, 4 << 20).Select(i => (byte)(i % 251)).ToArray();

        var write = Output.WriteAsync(large).AsTask();
        Assert.False(write.IsCompleted);
        var received = await _pair.ReceiveAsync(large.Length);

        Assert.False((await write.Soon()).IsCompleted);
        Assert.Equal(large, received);
        Assert.True(Output.WriteAsync("next"u8.ToArray()).AsTask().IsCompletedSuccessfully);
        Assert.Equal("next", await _pair.ReceiveTextAsync(4));
    }

    [Fact]
    public async Task What_is_written_in_pieces_is_sent_in_order_at_the_flush()
    {
        Output.SendDirectly();
        var expected = new StringBuilder();
        for (var i = 0; i < 3000; i++)
        {
            var piece = $"{i},";
            Encoding.ASCII.GetBytes(piece, Output.GetSpan(piece.Length));
            Output.Advance(piece.Length);
            expected.Append(piece);
        }

        Assert.Equal(expected.Length, Output.UnflushedBytes);
        Assert.Equal(0, _pair.Client.Available);
        var flush = Output.FlushAsync().AsTask();

        Assert.Equal(expected.ToString(), await _pair.ReceiveTextAsync(expected.Length));
        Assert.False((await flush.Soon()).IsCompleted);
        Assert.Equal(0, Output.UnflushedBytes);
    }

    [Fact]
    public async Task A_response_goes_through_the_pipe_and_a_frame_does_not()
    {
        await using var other = await AcceptedPair.OpenAsync();
        other.Output.SendDirectly();

        Output.Write("HTTP/1.1 200 OK"u8);
        other.Output.Write("frame"u8);

        Assert.Equal((1, 0), (_pair.Memory.Used, other.Memory.Used));
        await Output.FlushAsync().AsTask().Soon();
        Assert.Equal("HTTP/1.1 200 OK", await _pair.ReceiveTextAsync(15));
    }

    [Fact]
    public async Task A_flush_without_a_response_leaves_the_way_to_the_socket_free()
    {
        await Output.FlushAsync();
        Output.SendDirectly();

        Assert.True(Output.WriteAsync("frame"u8.ToArray()).AsTask().IsCompletedSuccessfully);
        Assert.Equal("frame", await _pair.ReceiveTextAsync(5));
    }

    [Fact]
    public async Task After_a_response_that_may_still_have_to_be_sent_nothing_overtakes_it()
    {
        var response = new byte[1 << 20];
        var write = Output.WriteAsync(response).AsTask();
        Assert.False(write.IsCompleted);

        Output.SendDirectly();
        Output.Write("frame"u8);

        Assert.Equal(response, await _pair.ReceiveAsync(response.Length));
        await write.Soon();
        await Output.FlushAsync().AsTask().Soon();
        Assert.Equal("frame", await _pair.ReceiveTextAsync(5));
    }

    [Fact]
    public async Task A_response_to_a_client_that_has_reset_the_connection_says_that_it_is_completed()
    {
        _pair.Reset();

        await TestTimeouts.UntilAsync(async () => (await Output.WriteAsync("more"u8.ToArray()).AsTask().Soon()).IsCompleted);

        await TestTimeouts.UntilAsync(() => _pair.Connection.ConnectionClosed.IsCancellationRequested);
    }

    [Fact]
    public async Task A_response_that_waits_for_the_client_ends_with_the_connection()
    {
        var write = Output.WriteAsync(new byte[16 << 20]).AsTask();
        Assert.False(write.IsCompleted);

        _pair.Connection.Abort();

        Assert.True((await write.Soon()).IsCompleted);
    }

    [Fact]
    public async Task A_broken_connection_is_aborted_and_says_that_it_is_completed()
    {
        Output.SendDirectly();
        _pair.Reset();
        await TestTimeouts.UntilAsync(
            () => Output.WriteAsync("more"u8.ToArray()).AsTask() is { IsCompletedSuccessfully: true, Result.IsCompleted: true });

        await TestTimeouts.UntilAsync(() => _pair.Connection.ConnectionClosed.IsCancellationRequested);
    }

    [Fact]
    public async Task A_write_that_waits_ends_with_the_connection()
    {
        Output.SendDirectly();
        var write = Output.WriteAsync(new byte[16 << 20]).AsTask();
        Assert.False(write.IsCompleted);

        _pair.Connection.Abort();

        Assert.True((await write.Soon()).IsCompleted);
        Assert.True((await Output.WriteAsync("more"u8.ToArray())).IsCompleted);
    }
}
