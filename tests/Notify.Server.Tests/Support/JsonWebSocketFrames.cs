using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Notify.Server.Tests.Support;

/// <summary>
/// Implements a JSON WebSocket client without automatic responses, frame by frame: <c>ping</c>, <c>text …</c>, <c>close 4011 silent</c>,
/// <c>end</c>, and <c>cut</c> after a reset.
/// </summary>
internal sealed class JsonWebSocketFrames : IDisposable
{
    private readonly TcpClient _connection;
    private readonly NetworkStream _stream;

    private JsonWebSocketFrames(TcpClient connection)
    {
        _connection = connection;
        _stream = connection.GetStream();
    }

    /// <summary>Opens a connection with a small buffer, so that unread data soon affects the server.</summary>
    public static async Task<JsonWebSocketFrames> OpenAsync(IServer server)
    {
        var connection = new TcpClient { ReceiveBufferSize = 4096 };
        await connection.ConnectAsync(server.Address.Host, server.Address.Port).Soon();
        var frames = new JsonWebSocketFrames(connection);
        await frames._stream.WriteAsync(Encoding.ASCII.GetBytes(
            "GET /ws?key=K1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await frames.ReadAsync(1))[0]);
        }

        Assert.StartsWith("HTTP/1.1 101", head.ToString(), StringComparison.Ordinal);
        return frames;
    }

    /// <summary>Sends a frame: its first byte, then the payload with a mask of zeros.</summary>
    public async Task SendAsync(byte first, byte[] payload)
    {
        Assert.True(payload.Length < 126);
        await _stream.WriteAsync((byte[])[first, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]).AsTask().Soon();
    }

    /// <summary>Ends the client's output.</summary>
    public void HalfClose() => _connection.Client.Shutdown(SocketShutdown.Send);

    public Task PongAsync() => SendAsync(0x8A, []);

    public Task SendTextAsync(string text) => SendAsync(0x81, Encoding.UTF8.GetBytes(text));

    public async Task<string> ReceiveAsync()
    {
        try
        {
            var head = await ReadAsync(2);
            var length = (int)head[1];
            if (length == 126)
            {
                length = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2));
            }
            else if (length == 127)
            {
                length = (int)BinaryPrimitives.ReadUInt64BigEndian(await ReadAsync(8));
            }

            var payload = await ReadAsync(length);
            return (head[0] & 0x0F) switch
            {
                1 => "text " + Encoding.UTF8.GetString(payload),
                8 when payload.Length == 0 => "close",
                8 => $"close {BinaryPrimitives.ReadUInt16BigEndian(payload)} {Encoding.UTF8.GetString(payload.AsSpan(2))}",
                9 => "ping",
                _ => $"frame {head[0]:x2}",
            };
        }
        catch (EndOfStreamException)
        {
            return "end";
        }
        catch (IOException)
        {
            return "cut";
        }
    }

    public void Dispose() => _connection.Dispose();

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes).AsTask().Soon();
        return bytes;
    }
}
