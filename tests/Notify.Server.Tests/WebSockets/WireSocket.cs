using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Net.Sockets;
using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.WebSockets;

/// <summary>Implements a WebSocket whose client writes any bytes, and returns each received frame.</summary>
internal sealed class WireSocket : IDisposable
{
    private readonly TcpClient _connection;
    private readonly BufferedStream _stream;

    private WireSocket(TcpClient connection)
    {
        _connection = connection;
        _stream = new BufferedStream(connection.GetStream(), 64 * 1024);
    }

    /// <summary>Opens an Engine.IO session with an echo.</summary>
    public static async Task<WireSocket> OpenAsync(IServer server)
    {
        var connection = await RawHttp.ConnectAsync(server);
        connection.NoDelay = true;
        var socket = new WireSocket(connection);
        var handshake = $"GET {server.EnginePath}?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(handshake)).AsTask().Soon();
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await socket.ReadAsync(1))[0]);
        }

        Assert.StartsWith("HTTP/1.1 101", head.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("text 0{", await socket.ReadFrameAsync(), StringComparison.Ordinal);
        return socket;
    }

    /// <summary>
    /// Performs the writes, and returns all frames: <c>text …</c>, <c>pong …</c>, <c>close 1000</c>, and last <c>end</c>, or <c>cut</c>
    /// after a reset.
    /// </summary>
    public async Task<List<string>> ExchangeAsync(IEnumerable<byte[]> writes)
    {
        var reading = ReadAllAsync();
        try
        {
            foreach (var bytes in writes)
            {
                await _connection.Client.SendAsync(bytes).Soon();
            }
        }
        catch (SocketException)
        {
            // The server has ended the connection before all was written. Its frames are read all the same.
        }

        return await reading.Soon();
    }

    /// <summary>Describes a frame. A long payload is described by its length and its checksum.</summary>
    public static string Describe(int opcode, ReadOnlySpan<byte> payload) => opcode switch
    {
        WireFrame.Close when payload.IsEmpty => "close",
        WireFrame.Close => $"close {BinaryPrimitives.ReadUInt16BigEndian(payload)} {Encoding.UTF8.GetString(payload[2..])}".TrimEnd(),
        WireFrame.Text => "text " + (payload.Length > 200 ? Sum(payload) : Encoding.UTF8.GetString(payload)),
        WireFrame.Binary => "binary " + (payload.Length > 200 ? Sum(payload) : Convert.ToHexStringLower(payload)),
        WireFrame.Pong => "pong " + Convert.ToHexStringLower(payload),
        _ => string.Create(CultureInfo.InvariantCulture, $"opcode {opcode}"),
    };

    public void Dispose() => _connection.Dispose();

    private static string Sum(ReadOnlySpan<byte> payload) =>
        string.Create(CultureInfo.InvariantCulture, $"{payload.Length} bytes {Crc32.HashToUInt32(payload):x8}");

    private async Task<List<string>> ReadAllAsync()
    {
        var frames = new List<string>();
        try
        {
            while (true)
            {
                var frame = await ReadFrameAsync();
                frames.Add(frame);
                if (frame.StartsWith("close", StringComparison.Ordinal))
                {
                    // Like every client that received a close.
                    _connection.Client.Shutdown(SocketShutdown.Send);
                }
            }
        }
        catch (EndOfStreamException)
        {
            frames.Add("end");
        }
        catch (IOException)
        {
            frames.Add("cut");
        }

        return frames;
    }

    private async Task<string> ReadFrameAsync()
    {
        var head = await ReadAsync(2);
        Assert.Equal(0x80, head[0] & 0xF0);
        var length = head[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2)),
            127 => (int)BinaryPrimitives.ReadUInt64BigEndian(await ReadAsync(8)),
            var small => small,
        };
        return Describe(head[0] & 0x0F, await ReadAsync(length));
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
