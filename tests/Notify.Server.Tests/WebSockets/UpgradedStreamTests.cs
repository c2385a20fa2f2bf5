using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Notify.Server.Listening;
using Notify.Server.Tests.Support;
using Notify.Server.WebSockets;

namespace Notify.Server.Tests.WebSockets;

/// <summary>Tests what the framework's WebSocket reads at the end of a connection.</summary>
public sealed class UpgradedStreamTests
{
    private static readonly byte[] Frame = WireFrame.Message("4hi");

    [Fact]
    public async Task A_client_that_leaves_without_a_close_frame_causes_no_exception()
    {
        var stream = await OpenAsync(Frame);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        var buffer = new byte[100];
        Assert.Equal(WebSocketMessageType.Text, (await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType);
        Assert.False(stream.HasEnded);

        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType);
        Assert.True(stream.HasEnded);
        Assert.Equal(0, await stream.ReadAsync(buffer));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public async Task A_client_that_leaves_within_a_frame_does(int length)
    {
        var stream = await OpenAsync(Frame[..length]);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });

        await Assert.ThrowsAsync<WebSocketException>(async () =>
        {
            while (!(await socket.ReceiveAsync(new byte[100], CancellationToken.None)).EndOfMessage)
            {
            }
        });
        Assert.False(stream.HasEnded);
    }

    /// <summary>Returns the stream of a connection whose client has sent some bytes and then left.</summary>
    private static async Task<UpgradedStream> OpenAsync(byte[] sent)
    {
        using var limits = new ClientLimits();
        var (input, output) = (new Pipe(), new Pipe());
        await input.Writer.WriteAsync(sent);
        await input.Writer.CompleteAsync();
        var context = new DefaultConnectionContext(
            "1", new Transport(input.Reader, output.Writer), new Transport(output.Reader, input.Writer));
        UpgradedStream? stream = null;
        await ClientConnection.RunAsync(
            context,
            connection =>
            {
                stream = new UpgradedStream((ClientConnection)connection.Features.Get<IConnectionHeartbeatFeature>()!);
                return Task.CompletedTask;
            },
            limits.Received,
            TimeProvider.System);
        return stream!;
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
