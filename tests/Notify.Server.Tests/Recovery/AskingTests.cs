using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Recovery;

/// <summary>
/// Tests that a client that does not request recovery receives exactly the bytes of socket.io-notify, because clients in other languages
/// treat a second argument as an error.
/// </summary>
public sealed class AskingTests
{
    private const string NoSession = """{"pid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","offset":"1:e:1:c"}""";

    [Theory]
    [InlineData(RecoveryMode.Ask, "", "", false)]
    [InlineData(RecoveryMode.Ask, "", """{"token":"x"}""", false)]
    [InlineData(RecoveryMode.Ask, "", """{"recovery":false}""", false)]
    [InlineData(RecoveryMode.Ask, "", """{"recovery":"true"}""", false)]
    [InlineData(RecoveryMode.Ask, "", """{"pid":"not one"}""", false)]
    [InlineData(RecoveryMode.Ask, "&recovery=0", "", false)]
    [InlineData(RecoveryMode.Ask, "&recovery=1&recovery=1", "", false)]
    [InlineData(RecoveryMode.Ask, "&recovery=1", "", true)]
    [InlineData(RecoveryMode.Ask, "", """{"recovery":true}""", true)]
    [InlineData(RecoveryMode.Ask, "", NoSession, true)]
    [InlineData(RecoveryMode.On, "", "", true)]
    [InlineData(RecoveryMode.Off, "&recovery=1", """{"recovery":true}""", false)]
    [InlineData(RecoveryMode.Off, "", NoSession, false)]
    public async Task A_session_has_positions_when_its_client_asks(RecoveryMode mode, string query, string auth, bool isRecoverable)
    {
        var server = new NotifyServer(NotifyServer.Default with { SocketIo = new() { Recovery = mode } });
        await server.InitializeAsync();
        try
        {
            using var socket = await RawSocket.OpenAsync(server, "?EIO=4&transport=websocket&notificationKey=K1" + query);
            await socket.ReceiveAsync();

            await socket.SendAsync("40" + auth);
            Assert.Matches(
                isRecoverable ? """^40\{"sid":"[^"]+","pid":"[^"]+"\}$""" : """^40\{"sid":"[^"]+"\}$""", await socket.ReceiveAsync());
            if (isRecoverable && auth == NoSession)
            {
                await socket.ReceiveAsync();
            }

            await socket.SendAsync("""421["join","c"]""");
            await socket.ReceiveAsync();
            await server.SendAsync("c", "1");

            Assert.Matches(
                isRecoverable ? """^42\["NEW_NOTIFICATION",1,"1:[^"]+:1:c"\]$""" : """^42\["NEW_NOTIFICATION",1\]$""",
                await socket.ReceiveAsync());
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
