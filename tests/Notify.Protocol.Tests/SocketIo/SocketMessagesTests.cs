using Notify.Protocol.EngineIo;
using Notify.Protocol.SocketIo;

namespace Notify.Protocol.Tests.SocketIo;

public sealed class SocketMessagesTests
{
    [Fact]
    public void Packets_are_written_as_the_protocol_shows_them()
    {
        Assert.Equal("40", SocketMessages.ConnectV4("/").Payload.Text());
        Assert.Equal("40/nsp,", SocketMessages.ConnectV4("/nsp").Payload.Text());
        Assert.Equal("40{\"sid\":\"abc\"}", SocketMessages.ConnectV5("/", "abc").Payload.Text());
        Assert.Equal("40/nsp,{\"sid\":\"abc\"}", SocketMessages.ConnectV5("/nsp", "abc").Payload.Text());
        Assert.Equal("40{\"sid\":\"abc\",\"pid\":\"def\"}", SocketMessages.ConnectV5("/", "abc", "def").Payload.Text());
        Assert.Equal("44/nsp,\"Invalid namespace\"", SocketMessages.ConnectErrorV4("/nsp", "Invalid namespace").Payload.Text());
        Assert.Equal(
            "44/nsp,{\"message\":\"Invalid namespace\"}",
            SocketMessages.ConnectErrorV5("/nsp", "Invalid namespace").Payload.Text());
        Assert.Equal("41", SocketMessages.Disconnect("/").Payload.Text());
        Assert.Equal("41/nsp,", SocketMessages.Disconnect("/nsp").Payload.Text());
        Assert.Equal("4312[]", SocketMessages.Ack("/", 12).Payload.Text());
        Assert.Equal("43/nsp,0[1,\"€\"]", SocketMessages.Ack("/nsp", 0, Bytes.Of("1"), Bytes.Of("\"€\"")).Payload.Text());
        Assert.Equal("42[\"auth\",{}]", SocketMessages.Event("/", "auth", Bytes.Of("{}")).Payload.Text());
        Assert.Equal("42/nsp,[\"a\\u0022b\"]", SocketMessages.Event("/nsp", "a\"b").Payload.Text());
    }

    [Fact]
    public void Binary_packets_are_followed_by_their_bytes()
    {
        var placeholder = Bytes.Of("{\"_placeholder\":true,\"num\":0}");
        var messages = SocketMessages.BinaryEvent("/nsp", "baz", [Bytes.Hex("0102")], EngineRevision.V3, placeholder);
        Assert.Equal(2, messages.Count);
        Assert.Equal("451-/nsp,[\"baz\",{\"_placeholder\":true,\"num\":0}]", messages[0].Payload.Text());
        Assert.Equal("040102", messages[1].Payload.HexText());

        messages = SocketMessages.BinaryAck("/", 7, [Bytes.Hex("01"), Bytes.Hex("02")], EngineRevision.V4, placeholder);
        Assert.Equal("462-7[{\"_placeholder\":true,\"num\":0}]", messages[0].Payload.Text());
        Assert.Equal(["01", "02"], messages.Skip(1).Select(message => message.Payload.HexText()));
    }

    [Fact]
    public void Binary_packets_without_attachments_are_plain_ones()
    {
        Assert.Equal("42[\"x\"]", Assert.Single(SocketMessages.BinaryEvent("/", "x", [], EngineRevision.V4)).Payload.Text());
        Assert.Equal("431[]", Assert.Single(SocketMessages.BinaryAck("/", 1, [], EngineRevision.V4)).Payload.Text());
    }

    [Fact]
    public void A_notification_is_an_event_of_one_or_two_arguments()
    {
        Assert.Equal("42[\"NEW_NOTIFICATION\",{\"a\":\"€\"}]", SocketMessages.Notification("{\"a\":\"€\"}"u8).Payload.Text());
        Assert.Equal("42[\"NEW_NOTIFICATION\",{},\"o\"]", SocketMessages.Notification("{}"u8, "\"o\""u8).Payload.Text());
        Assert.Equal("42[\"NEW_NOTIFICATION\",\"\\u20ac\"]", SocketMessages.Notification("\"€\""u8).AsciiPayload.Text());
    }

    [Fact]
    public void A_notification_is_built_in_one_array()
    {
        var json = new byte[10_000];
        SocketMessages.Notification(json);
        var before = GC.GetAllocatedBytesForCurrentThread();
        SocketMessages.Notification(json);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_300);
    }

    [Fact]
    public void A_namespace_outside_ascii_is_not_escaped()
    {
        Assert.Equal("40/é,", SocketMessages.ConnectV4("/é").AsciiPayload.Text());
        Assert.Equal("42/n,[\"x\",\"\\u00e9\"]", SocketMessages.Event("/n", "x", Bytes.Of("\"é\"")).AsciiPayload.Text());
    }

    [Fact]
    public void Constant_messages_are_shared()
    {
        Assert.Same(SocketMessages.ConnectV4("/"), SocketMessages.ConnectV4("/"));
        Assert.Same(SocketMessages.Disconnect("/"), SocketMessages.Disconnect("/"));
    }
}
