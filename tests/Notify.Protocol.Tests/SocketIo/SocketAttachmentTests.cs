using Notify.Protocol.EngineIo;
using Notify.Protocol.SocketIo;

namespace Notify.Protocol.Tests.SocketIo;

public sealed class SocketAttachmentTests
{
    private readonly SocketPacketDecoder _decoder = new(SocketRevision.V5, maxAttachmentBytes: 10);

    [Fact]
    public void An_event_waits_for_its_attachments()
    {
        Assert.Null(Accept("52-/admin,3[\"baz\",{\"_placeholder\":true,\"num\":1},{\"a\":{\"num\":0,\"_placeholder\":true}}]"));
        Assert.True(_decoder.IsWaiting);
        Assert.Null(Accept([1, 2, 3]));
        var packet = Accept([4])!;

        Assert.False(_decoder.IsWaiting);
        Assert.Equal(SocketPacketType.BinaryEvent, packet.Type);
        Assert.True(packet.IsEvent);
        Assert.Equal("/admin", packet.Namespace);
        Assert.Equal(3ul, packet.AckId);
        Assert.Equal("baz", packet.EventName);
        Assert.Equal(["010203", "04"], packet.Attachments.Select(Bytes.HexText));
    }

    [Fact]
    public void An_ack_waits_for_its_attachments()
    {
        Assert.Null(Accept("61-456[{\"_placeholder\":true,\"num\":0}]"));
        var packet = Accept([9])!;
        Assert.Equal(SocketPacketType.BinaryAck, packet.Type);
        Assert.True(packet.IsAck);
        Assert.Equal(456ul, packet.AckId);
        Assert.Single(packet.GetArguments());
    }

    [Fact]
    public void Ten_attachments_are_the_most()
    {
        Accept("510-[\"x\"]");
        for (var i = 0; i < 9; i++)
        {
            Assert.Null(Accept([(byte)i]));
        }

        Assert.Equal(10, Accept([9])!.Attachments.Count);
    }

    [Fact]
    public void Text_between_attachments_is_an_error_and_forgets_the_packet()
    {
        Accept("51-[\"x\",{\"_placeholder\":true,\"num\":0}]");
        Assert.Equal(SocketDecodeError.TextBetweenAttachments, Decode("2[\"y\"]"));
        Assert.Equal(SocketDecodeError.UnexpectedBinary, Decode([1]));
        Assert.Equal("y", Accept("2[\"y\"]")!.EventName);
    }

    [Fact]
    public void Bytes_without_a_packet_are_an_error()
    {
        Assert.Equal(SocketDecodeError.UnexpectedBinary, Decode([1]));
        Accept("51-[\"x\"]");
        Accept([1]);
        Assert.Equal(SocketDecodeError.UnexpectedBinary, Decode([1]));
    }

    [Fact]
    public void The_bytes_of_all_attachments_are_limited_together()
    {
        Accept("52-[\"x\"]");
        Assert.Null(Accept(new byte[10]));
        Assert.Equal(SocketDecodeError.AttachmentsTooLarge, Decode([1]));
        Assert.False(_decoder.IsWaiting);

        Accept("52-[\"x\"]");
        Assert.Null(Accept(new byte[10]));
        Assert.NotNull(Accept([]));
    }

    [Fact]
    public void Attachments_outlive_the_buffer_they_were_read_from()
    {
        Accept("51-[\"x\"]");
        var buffer = new byte[] { 7 };
        var packet = Accept(buffer)!;
        buffer[0] = 0;
        Assert.Equal("07", packet.Attachments[0].HexText());
    }

    private SocketDecodeError Decode(string text) => _decoder.Decode(new EnginePacket(EnginePacketType.Message, Bytes.Of(text)), out _);

    private SocketDecodeError Decode(byte[] data) =>
        _decoder.Decode(new EnginePacket(EnginePacketType.Message, data, IsBinary: true), out _);

    private SocketPacket? Accept(string text) => Accept(new EnginePacket(EnginePacketType.Message, Bytes.Of(text)));

    private SocketPacket? Accept(byte[] data) => Accept(new EnginePacket(EnginePacketType.Message, data, IsBinary: true));

    private SocketPacket? Accept(EnginePacket message)
    {
        Assert.Equal(SocketDecodeError.None, _decoder.Decode(message, out var packet));
        return packet;
    }
}
