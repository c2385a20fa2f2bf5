using System.Buffers.Binary;
using Notify.Protocol.WebSockets;

namespace Notify.Protocol.Tests.WebSockets;

public sealed class WebSocketFrameTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(65535, 4)]
    [InlineData(65536, 10)]
    public void A_frame_is_final_unmasked_and_as_long_as_its_header_says(int length, int header)
    {
        var payload = new byte[length];
        new Random(1).NextBytes(payload);
        var frame = WebSocketFrame.Encode(WebSocketOpcode.Binary, payload);

        Assert.Equal(0x82, frame[0]);
        Assert.Equal(header + length, frame.Length);
        var claimed = frame[1] switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(2)),
            127 => (long)BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(2)),
            var small => small,
        };
        Assert.Equal(length, claimed);
        Assert.Equal(payload, frame[header..]);
    }

    [Fact]
    public void The_example_of_rfc_6455_is_reproduced() =>
        Assert.Equal("810548656c6c6f", Convert.ToHexStringLower(WebSocketFrame.Encode(WebSocketOpcode.Text, "Hello"u8)));
}
