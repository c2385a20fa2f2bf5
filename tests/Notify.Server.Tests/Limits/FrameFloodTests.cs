using System.Net.Sockets;
using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>
/// Tests that frames without content are counted: a client that sends them endlessly is disconnected, and one that sends a few is not.
/// </summary>
[Collection(SharedServer.Name)]
public sealed class FrameFloodTests(NotifyServer server)
{
    private const int Enough = 1100;

    private static readonly byte[] EmptyPart = Frame(0x00, []);
    private static readonly byte[] ShortPart = Frame(0x00, "x"u8);
    private static readonly byte[] EmptyBeginning = Frame(0x01, []);
    private static readonly byte[] Ping = Frame(0x89, []);
    private static readonly byte[] Pong = Frame(0x8A, "x"u8);

    public static TheoryData<string, string> Floods
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var flood in (string[])["empty parts", "short parts", "pings", "pongs"])
            {
                data.Add("/socket.io/?EIO=4&transport=websocket", flood);
                data.Add("/ws?key=K1", flood);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task A_flood_ends_the_connection(string path, string flood)
    {
        using var client = await ConnectAsync(path);
        var (first, then) = flood switch
        {
            "empty parts" => (EmptyBeginning, EmptyPart),
            "short parts" => (EmptyBeginning, ShortPart),
            "pings" => (Ping, Ping),
            _ => (Pong, Pong),
        };
        var stream = client.GetStream();
        byte[] frames = [.. first, .. Enumerable.Repeat(then, Enough).SelectMany(frame => frame)];
        await stream.WriteAsync(frames).AsTask().Soon();

        // Nothing more is sent: the connection ends because of the earlier frames.
        var end = await RawHttp.ReadAllAsync(stream).Soon();
        var reason = path.StartsWith("/ws", StringComparison.Ordinal) ? "protocol error" : "too many frames";
        Assert.Contains(reason, Encoding.Latin1.GetString(end), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Some_of_them_do_not()
    {
        using var client = await ConnectAsync("/ws?key=K1");
        var stream = client.GetStream();
        byte[] frames = [.. Enumerable.Repeat((byte[])[.. Ping, .. Pong], 200).SelectMany(frame => frame)];
        await stream.WriteAsync(frames).AsTask().Soon();

        // A message with one fragment for each byte, and then the end.
        byte[] message = [.. """{"type":"ping"}"""u8];
        var parts = message.SelectMany((value, i) => Frame(i == 0 ? (byte)0x01 : (byte)0x00, [value]));
        frames = [.. parts, .. Frame(0x80, []), .. Frame(0x88, [3, 0xE8])];
        await stream.WriteAsync(frames).AsTask().Soon();
        var answers = Encoding.Latin1.GetString(await RawHttp.ReadAllAsync(stream).Soon());
        Assert.Contains("""{"type":"pong"}""", answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_message_in_long_parts_costs_nothing_more()
    {
        using var client = await ConnectAsync("/socket.io/?EIO=3&transport=websocket");
        var stream = client.GetStream();
        var part = Frame(0x00, new byte[500].AsSpan());
        for (var i = 0; i < 2; i++)
        {
            byte[] frames = [.. Frame(0x01, "4"u8), .. Enumerable.Repeat(part, 1500).SelectMany(frame => frame), .. Frame(0x80, [])];
            await stream.WriteAsync(frames).AsTask().Soon();
        }

        // It is not a Socket.IO packet, so the session ends by its transport alone.
        var end = Encoding.Latin1.GetString(await RawHttp.ReadAllAsync(stream).Soon());
        Assert.DoesNotContain("too many frames", end, StringComparison.Ordinal);
    }

    private async Task<TcpClient> ConnectAsync(string path)
    {
        var client = await RawHttp.ConnectAsync(server);
        var request = $"GET {path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request)).AsTask().Soon();
        var buffer = new byte[4096];
        Assert.NotEqual(0, await stream.ReadAsync(buffer).AsTask().Soon());
        return client;
    }

    private static byte[] Frame(byte first, ReadOnlySpan<byte> payload) => payload.Length < 126
        ? [first, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]
        : [first, 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0, .. payload];
}
