using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Listening;

/// <summary>Tests an accepted connection over a real socket.</summary>
public sealed class AcceptedConnectionTests
{
    [Fact]
    public async Task It_provides_what_the_client_sends_in_order()
    {
        await using var pair = await AcceptedPair.OpenAsync();
        var sent = string.Concat(Enumerable.Range(0, 5000).Select(number => $"{number},"));

        var sending = pair.SendAsync(sent);

        Assert.Equal(sent, Encoding.ASCII.GetString(await pair.ReadAsync(sent.Length)));
        await sending;
    }

    [Fact]
    public async Task It_holds_no_memory_between_messages()
    {
        await using var pair = await AcceptedPair.OpenAsync();
        for (var message = 0; message < 200; message++)
        {
            // Two packets, because the system may then report data twice that is received at once.
            await pair.SendAsync("a");
            await pair.SendAsync("b");
            await pair.ReadAsync(2);
            await TestTimeouts.UntilAsync(() => pair.Memory.Used == 0);
        }
    }

    [Fact]
    public async Task It_receives_64_kB_ahead_of_the_reader_and_no_more()
    {
        await using var pair = await AcceptedPair.OpenAsync();
        var all = new byte[32 << 20];

        var sending = pair.Client.SendAsync(all);
        await TestTimeouts.UntilAsync(() => pair.Memory.Used >= 16);

        Assert.InRange(pair.Memory.Used, 16, 18);
        Assert.False(sending.IsCompleted);
        await pair.ReadAsync(all.Length);
        await sending.Soon();
    }

    [Fact]
    public async Task When_the_client_leaves_the_input_ends()
    {
        await using var pair = await AcceptedPair.OpenAsync();
        await pair.SendAsync("last");
        pair.Client.Shutdown(SocketShutdown.Send);

        await TestTimeouts.UntilAsync(() => pair.Connection.ConnectionClosed.IsCancellationRequested);

        var read = await pair.Connection.Transport.Input.ReadAsync().AsTask().Soon();
        Assert.Equal("last", Encoding.ASCII.GetString(read.Buffer));
        Assert.True(read.IsCompleted);
    }

    [Fact]
    public async Task A_reset_by_the_client_is_noticed_while_nobody_reads_or_writes()
    {
        await using var pair = await AcceptedPair.OpenAsync();

        pair.Reset();

        await TestTimeouts.UntilAsync(() => pair.Connection.ConnectionClosed.IsCancellationRequested);
        await Assert.ThrowsAsync<ConnectionResetException>(() => pair.Connection.Transport.Input.ReadAsync().AsTask().Soon());
    }

    [Fact]
    public async Task An_aborted_connection_is_reset_and_its_reader_gets_the_reason()
    {
        await using var pair = await AcceptedPair.OpenAsync();
        var read = pair.Connection.Transport.Input.ReadAsync().AsTask();

        pair.Connection.Abort(new ConnectionAbortedException("Too slow."));

        Assert.Equal("Too slow.", (await Assert.ThrowsAsync<ConnectionAbortedException>(() => read.Soon())).Message);
        var failure = await Assert.ThrowsAsync<SocketException>(() => pair.Client.ReceiveAsync(new byte[1]).Soon());
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    [Fact]
    public async Task An_aborted_connection_ends_although_it_waits_for_its_reader()
    {
        await using var pair = await AcceptedPair.OpenAsync();
        _ = pair.Client.SendAsync(new byte[1 << 20]);
        await TestTimeouts.UntilAsync(() => pair.Memory.Used >= 16);

        pair.Connection.Abort();

        await TestTimeouts.UntilAsync(() => pair.Connection.ConnectionClosed.IsCancellationRequested);
    }

    [Fact]
    public async Task Its_end_sends_all_responses_and_then_gives_the_place_back_once()
    {
        await using var pair = await AcceptedPair.OpenAsync();
        var response = Enumerable.Range(0, 1 << 20).Select(number => (byte)(number % 251)).ToArray();
        Assert.Equal(1, pair.Places.Open);

        var writing = pair.Output.WriteAsync(response).AsTask();
        var end = pair.Connection.DisposeAsync().AsTask();

        Assert.Equal(1, pair.Places.Open);
        Assert.Equal(response, await pair.ReceiveAsync(response.Length));
        await end.Soon();
        await writing.Soon();
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[1]).Soon());
        await pair.Connection.DisposeAsync().AsTask().Soon();
        Assert.Equal(0, pair.Places.Open);
        Assert.True(pair.Connection.ConnectionClosed.IsCancellationRequested);
    }

    [Fact]
    public async Task A_failing_callback_does_not_keep_the_place()
    {
        await using var pair = await AcceptedPair.OpenAsync();
        pair.Connection.ConnectionClosed.Register(() => throw new InvalidOperationException("a callback"));

        await pair.Connection.DisposeAsync().AsTask().Soon();

        Assert.Equal(0, pair.Places.Open);
    }

    [Fact]
    public async Task Its_features_can_be_replaced_and_removed()
    {
        await using var pair = await AcceptedPair.OpenAsync();
        var features = pair.Connection.Features;
        Assert.Same(pair.Connection, features.Get<IMemoryPoolFeature>());
        Assert.Null(features.Get<IHttpRequestFeature>());

        // More than there is room for at first.
        var added = new object[] { "text", 1, 2L, 3m, 'c', new HttpRequestFeature() };
        foreach (var feature in added)
        {
            features[feature.GetType()] = feature;
        }

        var memory = new OtherMemory(pair.Memory);
        features.Set<IMemoryPoolFeature>(memory);
        Assert.Same(memory, features.Get<IMemoryPoolFeature>());
        Assert.All(added, feature => Assert.Same(feature, features[feature.GetType()]));
        Assert.Equal(added.Length + 1, features.Count());

        features.Set<string>(null);
        Assert.Null(features.Get<string>());
        Assert.All(added.Skip(1), feature => Assert.Same(feature, features[feature.GetType()]));
    }

    private sealed record OtherMemory(MemoryPool<byte> MemoryPool) : IMemoryPoolFeature;
}
