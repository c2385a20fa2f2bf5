using Notify.Protocol.EngineIo;
using Notify.Protocol.SocketIo;

namespace Notify.Protocol.Tests.SocketIo;

public sealed class SocketPacketDecoderTests
{
    private static readonly string Deep = new('[', SocketPacketDecoder.MaxDepth - 1);

    [Theory]
    [InlineData("0", SocketPacketType.Connect, "/", null, null)]
    [InlineData("0/", SocketPacketType.Connect, "/", null, null)]
    [InlineData("0/admin", SocketPacketType.Connect, "/admin", null, null)]
    [InlineData("0/admin,", SocketPacketType.Connect, "/admin", null, null)]
    [InlineData("0{\"token\":\"123\"}", SocketPacketType.Connect, "/", null, "{\"token\":\"123\"}")]
    [InlineData("0/admin,{\"token\":\"123\"}", SocketPacketType.Connect, "/admin", null, "{\"token\":\"123\"}")]
    [InlineData("1", SocketPacketType.Disconnect, "/", null, null)]
    [InlineData("1/admin,", SocketPacketType.Disconnect, "/admin", null, null)]
    [InlineData("1/custom", SocketPacketType.Disconnect, "/custom", null, null)]
    [InlineData("2[\"hello\",1]", SocketPacketType.Event, "/", null, "[\"hello\",1]")]
    [InlineData("2[5]", SocketPacketType.Event, "/", null, "[5]")]
    [InlineData("2 [\"spaced\"] ", SocketPacketType.Event, "/", null, "[\"spaced\"]")]
    [InlineData("2/admin,456[\"project:delete\",123]", SocketPacketType.Event, "/admin", 456ul, "[\"project:delete\",123]")]
    [InlineData("212[\"x\"]", SocketPacketType.Event, "/", 12ul, "[\"x\"]")]
    [InlineData("20[\"x\"]", SocketPacketType.Event, "/", 0ul, "[\"x\"]")]
    [InlineData("2/€,[\"€\"]", SocketPacketType.Event, "/€", null, "[\"€\"]")]
    [InlineData(
        "2[\"x\",{\"__proto__\":1,\"a\":1,\"a\":2}]",
        SocketPacketType.Event,
        "/",
        null,
        "[\"x\",{\"__proto__\":1,\"a\":1,\"a\":2}]")]
    [InlineData(
        "2[\"x\",{\"_placeholder\":true,\"num\":9}]",
        SocketPacketType.Event,
        "/",
        null,
        "[\"x\",{\"_placeholder\":true,\"num\":9}]")]
    [InlineData("3/admin,456[]", SocketPacketType.Ack, "/admin", 456ul, "[]")]
    [InlineData("318446744073709551615[1]", SocketPacketType.Ack, "/", ulong.MaxValue, "[1]")]
    [InlineData("3[]", SocketPacketType.Ack, "/", null, "[]")]
    public void Text_packets_are_read(string text, SocketPacketType type, string ns, ulong? id, string? data)
    {
        Assert.Equal(SocketDecodeError.None, Decode(text, out var packet));
        Assert.NotNull(packet);
        Assert.Equal(type, packet.Type);
        Assert.Equal(ns, packet.Namespace);
        Assert.Equal(id, packet.AckId);
        Assert.Equal(data, packet.Data?.GetRawText());
        Assert.Empty(packet.Attachments);
    }

    [Theory]
    [InlineData("", SocketDecodeError.Empty)]
    [InlineData("abc", SocketDecodeError.UnknownType)]
    [InlineData("7", SocketDecodeError.UnknownType)]
    [InlineData("/", SocketDecodeError.UnknownType)]
    [InlineData("0[]", SocketDecodeError.BadPayload)]
    [InlineData("0null", SocketDecodeError.BadPayload)]
    [InlineData("0\"x\"", SocketDecodeError.BadPayload)]
    [InlineData("0{", SocketDecodeError.BadJson)]
    [InlineData("1{}", SocketDecodeError.BadPayload)]
    [InlineData("1/admin,[]", SocketDecodeError.BadPayload)]
    [InlineData("2", SocketDecodeError.BadPayload)]
    [InlineData("2[]", SocketDecodeError.BadPayload)]
    [InlineData("2{}", SocketDecodeError.BadPayload)]
    [InlineData("2\"x\"", SocketDecodeError.BadPayload)]
    [InlineData("2[null]", SocketDecodeError.BadPayload)]
    [InlineData("2[{}]", SocketDecodeError.BadPayload)]
    [InlineData("2[[\"x\"]]", SocketDecodeError.BadPayload)]
    [InlineData("2[\"x\"", SocketDecodeError.BadJson)]
    [InlineData("2[\"x\",]", SocketDecodeError.BadJson)]
    [InlineData("2[\"x\"]junk", SocketDecodeError.BadJson)]
    [InlineData("2[\"x\"]/**/", SocketDecodeError.BadJson)]
    [InlineData("2admin,[\"x\"]", SocketDecodeError.BadJson)]
    [InlineData("2/admin[\"x\"]", SocketDecodeError.BadPayload)]
    [InlineData("2-1[\"x\"]", SocketDecodeError.BadJson)]
    [InlineData("2[\"connect\"]", SocketDecodeError.ReservedEvent)]
    [InlineData("2[\"connect_error\"]", SocketDecodeError.ReservedEvent)]
    [InlineData("2[\"disconnect\"]", SocketDecodeError.ReservedEvent)]
    [InlineData("2[\"disconnecting\"]", SocketDecodeError.ReservedEvent)]
    [InlineData("2[\"newListener\"]", SocketDecodeError.ReservedEvent)]
    [InlineData("2[\"removeListener\"]", SocketDecodeError.ReservedEvent)]
    [InlineData("2[\"\\u0063onnect\"]", SocketDecodeError.ReservedEvent)]
    [InlineData("218446744073709551616[\"x\"]", SocketDecodeError.BadAckId)]
    [InlineData("299999999999999999999999999999999[\"x\"]", SocketDecodeError.BadAckId)]
    [InlineData("31", SocketDecodeError.BadPayload)]
    [InlineData("31{}", SocketDecodeError.BadPayload)]
    [InlineData("4\"x\"", SocketDecodeError.UnexpectedConnectError)]
    [InlineData("4", SocketDecodeError.UnexpectedConnectError)]
    [InlineData("4{\"message\":\"x\"}", SocketDecodeError.UnexpectedConnectError)]
    [InlineData("5[\"x\"]", SocketDecodeError.BadAttachmentCount)]
    [InlineData("5-[\"x\"]", SocketDecodeError.BadAttachmentCount)]
    [InlineData("50-[\"x\"]", SocketDecodeError.BadAttachmentCount)]
    [InlineData("51", SocketDecodeError.BadAttachmentCount)]
    [InlineData("51.5-[\"x\"]", SocketDecodeError.BadAttachmentCount)]
    [InlineData("5-1-[\"x\"]", SocketDecodeError.BadAttachmentCount)]
    [InlineData("511-[\"x\"]", SocketDecodeError.TooManyAttachments)]
    [InlineData("599999999999999999999-[\"x\"]", SocketDecodeError.TooManyAttachments)]
    [InlineData("51-[\"x\",{\"_placeholder\":true,\"num\":1}]", SocketDecodeError.BadPlaceholder)]
    [InlineData("51-[\"x\",{\"_placeholder\":true,\"num\":-1}]", SocketDecodeError.BadPlaceholder)]
    [InlineData("51-[\"x\",{\"_placeholder\":true,\"num\":0.5}]", SocketDecodeError.BadPlaceholder)]
    [InlineData("51-[\"x\",{\"_placeholder\":true,\"num\":1e99}]", SocketDecodeError.BadPlaceholder)]
    [InlineData("51-[\"x\",{\"_placeholder\":true,\"num\":\"0\"}]", SocketDecodeError.BadPlaceholder)]
    [InlineData("51-[\"x\",{\"a\":[{\"_placeholder\":true}]}]", SocketDecodeError.BadPlaceholder)]
    [InlineData("51-", SocketDecodeError.BadPayload)]
    [InlineData("61-1{\"_placeholder\":true,\"num\":0}", SocketDecodeError.BadPayload)]
    public void Bad_text_has_a_named_error(string text, SocketDecodeError expected)
    {
        Assert.Equal(expected, Decode(text, out var packet));
        Assert.Null(packet);
    }

    [Theory]
    [InlineData("0[1]")]
    [InlineData("0null")]
    [InlineData("0\"x\"")]
    public void Revision_4_accepts_any_json_with_a_connect(string text)
    {
        Assert.Equal(SocketDecodeError.None, Decode(text, out var packet, SocketRevision.V4));
        Assert.Equal(SocketPacketType.Connect, packet!.Type);
    }

    [Fact]
    public void A_connect_error_is_refused_in_revision_4_too() =>
        Assert.Equal(SocketDecodeError.UnexpectedConnectError, Decode("4\"x\"", out _, SocketRevision.V4));

    [Theory]
    [InlineData("0/admin?token=a&b=c,", SocketRevision.V4, "/admin", "token=a&b=c")]
    [InlineData("0/admin?", SocketRevision.V4, "/admin", "")]
    [InlineData("0/admin,", SocketRevision.V4, "/admin", null)]
    [InlineData("0/admin?x,", SocketRevision.V5, "/admin?x", null)]
    public void A_query_behind_the_namespace_is_taken_off_in_revision_4(string text, SocketRevision revision, string ns, string? query)
    {
        Assert.Equal(SocketDecodeError.None, Decode(text, out var packet, revision));
        Assert.Equal(ns, packet!.Namespace);
        Assert.Equal(query, packet.Query);
    }

    [Fact]
    public void Nesting_is_limited()
    {
        var close = new string(']', SocketPacketDecoder.MaxDepth - 1);
        Assert.Equal(SocketDecodeError.None, Decode($"2[\"x\",{Deep}{close}]", out _));
        Assert.Equal(SocketDecodeError.BadJson, Decode($"2[\"x\",[{Deep}{close}]]", out _));
        Assert.Equal(SocketDecodeError.BadJson, Decode($"2{new string('[', 1_000_000)}", out _));
    }

    [Fact]
    public void Text_that_is_not_utf8_is_an_error() =>
        Assert.Equal(
            SocketDecodeError.BadUtf8,
            NewDecoder().Decode(new EnginePacket(EnginePacketType.Message, Bytes.Hex("32 5b 22 ff 22 5d")), out _));

    [Fact]
    public void Other_packets_of_the_engine_are_no_socket_packets() =>
        Assert.Equal(SocketDecodeError.NotAMessage, NewDecoder().Decode(new EnginePacket(EnginePacketType.Ping, Bytes.Of("0")), out _));

    [Theory]
    [InlineData("""2["\ud83d"]""", "\ufffd")]
    [InlineData("""2["\uDE00x"]""", "\ufffdx")]
    [InlineData("""2["\ud83d\ud83d\ude00"]""", "\ufffd😀")]
    [InlineData("""2["\uD83D\uDE00"]""", "😀")]
    [InlineData("""2["\\ud83d"]""", "\\ud83d")]
    [InlineData("""2["\\\ud83d\n"]""", "\\\ufffd\n")]
    [InlineData("""2["\ud83d\\ude00"]""", "\ufffd\\ude00")]
    public void Half_characters_in_json_are_replaced(string text, string name)
    {
        Assert.Equal(SocketDecodeError.None, Decode(text, out var packet));
        Assert.Equal(name, packet!.EventName);
    }

    [Fact]
    public void An_event_has_a_name_and_arguments()
    {
        Decode("2/n,7[\"join\",\"a\",{\"b\" : [1]}]", out var packet);
        Assert.Equal("join", packet!.EventName);
        Assert.True(packet.IsEvent);
        Assert.Equal(["\"a\"", "{\"b\" : [1]}"], packet.GetArguments().Select(argument => argument.GetRawText()));
        Assert.Equal(["\"a\"", "{\"b\" : [1]}"], packet.GetRawArguments().Select(Bytes.Text));
    }

    [Fact]
    public void An_ack_has_arguments_and_no_name()
    {
        Decode("37[\"a\",2]", out var packet);
        Assert.Null(packet!.EventName);
        Assert.True(packet.IsAck);
        Assert.Equal(["\"a\"", "2"], packet.GetRawArguments().Select(Bytes.Text));
    }

    [Fact]
    public void A_number_may_be_an_event_name()
    {
        Decode("2[5,1]", out var packet);
        Assert.Equal("5", packet!.EventName);
        Assert.Single(packet.GetArguments());
    }

    [Fact]
    public void A_packet_outlives_the_buffer_it_was_read_from()
    {
        var buffer = "2[\"join\",\"channel\"]"u8.ToArray();
        NewDecoder().Decode(new EnginePacket(EnginePacketType.Message, buffer), out var packet);
        buffer.AsSpan().Clear();
        Assert.Equal("channel", packet!.GetArguments()[0].GetString());
    }

    private static SocketPacketDecoder NewDecoder() => new(SocketRevision.V5, maxAttachmentBytes: 100);

    private static SocketDecodeError Decode(string text, out SocketPacket? packet, SocketRevision revision = SocketRevision.V5) =>
        new SocketPacketDecoder(revision, 100).Decode(new EnginePacket(EnginePacketType.Message, Bytes.Of(text)), out packet);
}
