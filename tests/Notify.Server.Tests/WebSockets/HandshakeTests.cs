using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.WebSockets;

/// <summary>Tests invalid handshakes (RFC 6455 sections 4.2 and 4.4).</summary>
[Collection(SharedServer.Name)]
public sealed class HandshakeTests(NotifyServer server)
{
    private const string Line = "GET PATH HTTP/1.1";
    private const string Connection = "Connection: Upgrade, close";
    private const string Upgrade = "Upgrade: websocket";
    private const string Version = "Sec-WebSocket-Version: 13";
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    private const string Plain = "/ws?key=K1";
    private const string SocketIo = "/socket.io/?EIO=4&transport=websocket";

    private static readonly Dictionary<string, (string[] Lines, int Plain, int SocketIo)> Rows = new()
    {
        ["good"] = ([Line, Connection, Upgrade, Version, Key], 101, 101),
        ["names in another case"] = (
            [Line, "CONNECTION: upgrade, close", "UPGRADE: WebSocket", "SEC-WEBSOCKET-VERSION: 13", Key], 101, 101),
        ["version 12"] = ([Line, Connection, Upgrade, "Sec-WebSocket-Version: 12", Key], 426, 400),
        ["version 0"] = ([Line, Connection, Upgrade, "Sec-WebSocket-Version: 0", Key], 426, 400),
        ["version 013"] = ([Line, Connection, Upgrade, "Sec-WebSocket-Version: 013", Key], 426, 400),
        ["version of a word"] = ([Line, Connection, Upgrade, "Sec-WebSocket-Version: thirteen", Key], 426, 400),

        // The framework looks for 13 in the list, so a client with several versions is accepted.
        ["two versions"] = ([Line, Connection, Upgrade, "Sec-WebSocket-Version: 8, 13", Key], 101, 101),
        ["no version"] = ([Line, Connection, Upgrade, Key], 426, 400),
        ["no key"] = ([Line, Connection, Upgrade, Version], 426, 400),
        ["an empty key"] = ([Line, Connection, Upgrade, Version, "Sec-WebSocket-Key:"], 426, 400),
        ["a short key"] = ([Line, Connection, Upgrade, Version, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j"], 426, 400),
        ["a long key"] = ([Line, Connection, Upgrade, Version, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSBub25jZQ=="], 426, 400),
        ["a key that is not Base64"] = ([Line, Connection, Upgrade, Version, "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!=="], 426, 400),
        ["two keys"] = ([Line, Connection, Upgrade, Version, Key, Key], 426, 400),
        ["POST"] = (["POST PATH HTTP/1.1", Connection, Upgrade, Version, Key, "Content-Length: 0"], 405, 400),
        ["HTTP/1.0"] = (["GET PATH HTTP/1.0", Connection, Upgrade, Version, Key], 426, 400),
        ["no Connection"] = ([Line, "Connection: close", Upgrade, Version, Key], 426, 400),
        ["no Upgrade"] = ([Line, Connection, Version, Key], 426, 400),
        ["an upgrade to something else"] = ([Line, Connection, "Upgrade: websocket2", Version, Key], 426, 400),
        ["with a body"] = ([Line, Connection, Upgrade, Version, Key, "Content-Length: 5"], 426, 400),
        ["with chunks"] = ([Line, Connection, Upgrade, Version, Key, "Transfer-Encoding: chunked"], 426, 400),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_handshake_is_one_or_is_refused(string name)
    {
        var (lines, plain, socketIo) = Rows[name];
        await AskAsync(name, lines, Plain, plain);
        await AskAsync(name, lines, SocketIo, socketIo);
    }

    private async Task AskAsync(string name, string[] lines, string path, int expected)
    {
        using var connection = await RawHttp.ConnectAsync(server);
        var head = string.Join("\r\n", lines).Replace("PATH", path, StringComparison.Ordinal);
        var body = name switch { "with a body" => "01234", "with chunks" => "0\r\n\r\n", _ => "" };

        // The close frame ends the connection after a valid handshake.
        byte[] request = [.. Encoding.ASCII.GetBytes($"{head}\r\nHost: x\r\n\r\n{body}"), .. WireFrame.End(1000)];
        await connection.GetStream().WriteAsync(request).AsTask().Soon();
        var answer = RawHttp.Parse(await RawHttp.ReadAllAsync(connection.GetStream()).Soon());

        Assert.Equal((path, expected), (path, answer.Status));

        // A client with another version receives the supported one.
        var isOfOther = expected != 101 && name.Contains("version", StringComparison.Ordinal);
        Assert.Equal(isOfOther ? "13" : "", answer.Headers.GetValueOrDefault("Sec-WebSocket-Version", ""));
        Assert.Equal(expected is 426 or 101 ? "websocket" : "", answer.Headers.GetValueOrDefault("Upgrade", ""));
        if (expected == 101)
        {
            Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.Headers["Sec-WebSocket-Accept"]);
        }
    }
}
