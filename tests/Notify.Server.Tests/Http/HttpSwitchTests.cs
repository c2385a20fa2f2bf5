using System.Buffers.Binary;
using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Http;

/// <summary>Tests attempts to switch a connection to another protocol.</summary>
[Collection(SharedServer.Name)]
public sealed class HttpSwitchTests(NotifyServer server)
{
    private const int GoAway = 7;
    private const uint Http11Required = 0xD;

    [Fact]
    public async Task HTTP_2_without_TLS_is_told_to_speak_HTTP_1_1()
    {
        using var connection = await RawHttp.ConnectAsync(server);
        await connection.GetStream().WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray()).AsTask().Soon();
        var answer = await RawHttp.ReadAllAsync(connection.GetStream()).Soon();

        // HTTP/2 frames, the last of which ends the connection: a length of three bytes, a type, five more bytes, the payload.
        var last = answer.AsSpan();
        while (Length(last) + 9 < last.Length)
        {
            last = last[(Length(last) + 9)..];
        }

        Assert.Equal((GoAway, Http11Required), (last[3], BinaryPrimitives.ReadUInt32BigEndian(last[13..])));
    }

    [Fact]
    public async Task Who_expects_100_is_told_to_go_on_before_the_body()
    {
        using var connection = await RawHttp.ConnectAsync(server);
        var stream = connection.GetStream();
        var head = $"POST /send HTTP/1.1\r\n{HttpRow.Headers}Content-Length: 39\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head)).AsTask().Soon();
        var interim = new byte[25];
        await stream.ReadExactlyAsync(interim).AsTask().Soon();
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.Latin1.GetString(interim));

        await stream.WriteAsync(Encoding.Latin1.GetBytes(HttpRow.Body)).AsTask().Soon();
        Assert.Equal(200, RawHttp.Parse(await RawHttp.ReadAllAsync(stream).Soon()).Status);
    }

    private static int Length(ReadOnlySpan<byte> frame) => (frame[0] << 16) | (frame[1] << 8) | frame[2];
}
