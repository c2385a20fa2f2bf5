using System.Net.Sockets;
using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.EngineIo;

/// <summary>
/// Tests how a connection ends below the WebSocket. A reset instead of an orderly end throws in clients that no longer listen for errors.
/// </summary>
[Collection(SharedServer.Name)]
public sealed class EndOfConnectionTests(NotifyServer server)
{
    // A reset depends on a race between two threads. It occurred within a few rounds of one of these tests.
    private const int Rounds = 30;

    [Theory]
    [InlineData("?EIO=3")]
    [InlineData("?EIO=4")]
    public async Task A_client_that_half_closes_its_socket_sees_an_orderly_end(string query)
    {
        for (var round = 0; round < Rounds; round++)
        {
            using var connection = await UpgradeAsync(query + "&transport=websocket");
            await HalfCloseAsync(connection);
        }
    }

    [Theory]
    [InlineData("?EIO=3", "1:1")]
    [InlineData("?EIO=4", "1")]
    public async Task A_client_that_closes_its_session_during_an_upgrade_sees_an_orderly_end(string query, string close)
    {
        for (var round = 0; round < Rounds; round++)
        {
            using var client = await PollingClient.OpenAsync(server, query);
            using var connection = await UpgradeAsync($"{query}&transport=websocket&sid={client.Id}");
            await HalfCloseAsync(connection, () => client.PostAsync(close));
        }
    }

    // Reading to the end fails when the connection is reset.
    private static async Task HalfCloseAsync(TcpClient connection, Func<Task>? then = null)
    {
        var stream = connection.GetStream();
        connection.Client.Shutdown(SocketShutdown.Send);
        await (then?.Invoke() ?? Task.CompletedTask);
        await stream.CopyToAsync(Stream.Null).Soon();
    }

    private async Task<TcpClient> UpgradeAsync(string query)
    {
        var connection = await RawHttp.ConnectAsync(server);
        var handshake =
            $"GET {server.EnginePath}{query} HTTP/1.1\r\nHost: {server.Address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(handshake)).AsTask().Soon();
        var answer = new byte[12];
        await connection.GetStream().ReadExactlyAsync(answer).AsTask().Soon();
        Assert.Equal("HTTP/1.1 101", Encoding.ASCII.GetString(answer));
        return connection;
    }
}
