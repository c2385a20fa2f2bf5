using System.Text;
using Notify.Protocol.EngineIo;

namespace Notify.Protocol.Tests.EngineIo;

public sealed class PayloadDecoderTests
{
    [Theory]
    [InlineData("4hello", "Message:hello")]
    [InlineData("4hello\u001e2\u001e4world", "Message:hello | Ping: | Message:world")]
    [InlineData("4hello\u001ebAQIDBA==\u001e4€", "Message:hello | Message#01020304 | Message:€")]
    [InlineData("bAQID not base64 %%", "Message#0102039e8b5b6ac7ba")]
    [InlineData("0", "Open:")]
    [InlineData("4", "Message:")]
    public void Revision_4_packets_are_separated_by_U001E(string body, string expected) =>
        AssertPackets(body, EngineRevision.V4, EngineDecodeError.None, expected);

    [Theory]
    [InlineData("", EngineDecodeError.Empty, "")]
    [InlineData("\u001e", EngineDecodeError.Empty, "")]
    [InlineData("4a\u001e", EngineDecodeError.Empty, "Message:a")]
    [InlineData("4a\u001e\u001e4b", EngineDecodeError.Empty, "Message:a")]
    [InlineData("abc", EngineDecodeError.UnknownType, "")]
    [InlineData("9", EngineDecodeError.UnknownType, "")]
    [InlineData("4a\u001e9\u001e4b", EngineDecodeError.UnknownType, "Message:a")]
    public void Revision_4_packets_before_the_first_bad_one_are_kept(string body, EngineDecodeError error, string expected) =>
        AssertPackets(body, EngineRevision.V4, error, expected);

    [Theory]
    [InlineData("6:4hello2:4€", "Message:hello | Message:€")]
    [InlineData("1:2", "Ping:")]
    [InlineData("2:40", "Message:0")]
    [InlineData("02:40", "Message:0")]
    [InlineData("6:2probe1:5", "Ping:probe | Upgrade:")]
    [InlineData("10:b4AQIDBA==", "Message#01020304")]
    [InlineData("6:4hello10:b4AQIDBA==", "Message:hello | Message#01020304")]
    [InlineData("3:4👍", "Message:👍")]
    [InlineData("5:4a:1:1:6", "Message:a:1: | Noop:")]
    [InlineData("0:1:6", "Noop:")]
    public void Revision_3_text_counts_UTF16_units(string body, string expected) =>
        AssertPackets(body, EngineRevision.V3, EngineDecodeError.None, expected);

    [Theory]
    [InlineData("", EngineDecodeError.Empty, "")]
    [InlineData("abc", EngineDecodeError.BadLength, "")]
    [InlineData(":4a", EngineDecodeError.BadLength, "")]
    [InlineData("-1:4", EngineDecodeError.BadLength, "")]
    [InlineData("1e1:4", EngineDecodeError.BadLength, "")]
    [InlineData("40", EngineDecodeError.Truncated, "")]
    [InlineData("5:4abc", EngineDecodeError.Truncated, "")]
    [InlineData("99999999999999999999999999:4", EngineDecodeError.Truncated, "")]
    [InlineData("3:4👍1", EngineDecodeError.Truncated, "Message:👍")]
    [InlineData("2:4👍", EngineDecodeError.BadLength, "")]
    [InlineData("2:4a1:9", EngineDecodeError.UnknownType, "Message:a")]
    [InlineData("2:4a\u001e", EngineDecodeError.BadLength, "Message:a")]
    [InlineData("18:bAQID not base64 %%", EngineDecodeError.UnknownType, "")]
    public void Revision_3_text_packets_before_the_first_bad_one_are_kept(string body, EngineDecodeError error, string expected) =>
        AssertPackets(body, EngineRevision.V3, error, expected);

    [Theory]
    [InlineData("4é")]
    [InlineData("4€ and 👍")]
    [InlineData("""42["join","Größe"]""")]
    public void Text_of_clients_1_x_is_decoded_once_more(string packet)
    {
        var body = Bytes.AsLatin1(packet);
        AssertPackets($"{body.Length}:{body}", EngineRevision.V3, EngineDecodeError.None, $"Message:{packet[1..]}");
    }

    [Theory]
    [InlineData("é alone")]
    [InlineData("Größe")]
    [InlineData("Ã€")]
    [InlineData("\u00c3\u00a9 and €")]
    public void Text_of_clients_2_x_is_taken_as_it_is(string text)
    {
        var packet = $"4{text}";
        AssertPackets($"{packet.Length}:{packet}", EngineRevision.V3, EngineDecodeError.None, $"Message:{text}");
    }

    [Theory]
    [InlineData("00 06 ff 34 68656c6c6f 01 05 ff 04 01020304", "Message:hello | Message#01020304")]
    [InlineData("00 04 ff 34 e282ac", "Message:€")]
    [InlineData("00 00 01 ff 32", "Ping:")]
    [InlineData("00 01 00 ff 34 61 62 63 64 65 66 67 68 69", "Message:abcdefghi")]
    [InlineData("00 05 ff 62 34 41 51 3d", "Message#01")]
    [InlineData("00 02 ff 34 ff", "Message:\ufffd")]
    public void Revision_3_binary_framing_counts_bytes(string body, string expected)
    {
        Assert.Equal(EngineDecodeError.None, Bytes.Decode(Bytes.Hex(body), EngineRevision.V3, PayloadFraming.Binary, out var packets));
        Assert.Equal(expected, packets.Show());
    }

    [Theory]
    [InlineData("", EngineDecodeError.Empty)]
    [InlineData("34 30", EngineDecodeError.BadMarker)]
    [InlineData("02 01 ff 34", EngineDecodeError.BadMarker)]
    [InlineData("00", EngineDecodeError.Truncated)]
    [InlineData("00 ff", EngineDecodeError.BadLength)]
    [InlineData("00 0a ff 34", EngineDecodeError.BadLength)]
    [InlineData("00 01", EngineDecodeError.Truncated)]
    [InlineData("00 02 ff 34", EngineDecodeError.Truncated)]
    [InlineData("00 09 09 09 09 09 09 09 09 09 09 09 09 09 09 09 09 09 09 09 09 09 ff 34", EngineDecodeError.Truncated)]
    [InlineData("00 00 ff", EngineDecodeError.Empty)]
    [InlineData("01 00 ff", EngineDecodeError.Empty)]
    [InlineData("01 01 ff 34", EngineDecodeError.UnknownType)]
    [InlineData("00 01 ff 39", EngineDecodeError.UnknownType)]
    public void Bad_binary_framing_has_a_named_error(string body, EngineDecodeError expected)
    {
        Assert.Equal(expected, Bytes.Decode(Bytes.Hex(body), EngineRevision.V3, PayloadFraming.Binary, out var packets));
        Assert.Empty(packets);
    }

    [Fact]
    public void Binary_framing_is_an_error_in_revision_4() =>
        Assert.Equal(
            EngineDecodeError.WrongFraming,
            Bytes.Decode(Bytes.Hex("00 01 ff 32"), EngineRevision.V4, PayloadFraming.Binary, out _));

    [Theory]
    [InlineData(EngineRevision.V4, "34 ff 1e 34 61", "Message:\ufffd | Message:a")]
    [InlineData(EngineRevision.V3, "32 3a 34 ff 32 3a 34 61", "Message:\ufffd | Message:a")]
    public void Bytes_that_are_not_utf8_are_replaced_in_text_bodies(EngineRevision revision, string body, string expected)
    {
        Assert.Equal(EngineDecodeError.None, Bytes.Decode(Bytes.Hex(body), revision, PayloadFraming.Text, out var packets));
        Assert.Equal(expected, packets.Show());
    }

    [Theory]
    [InlineData(EngineRevision.V4, PayloadFraming.Text, "2\u001e")]
    [InlineData(EngineRevision.V3, PayloadFraming.Text, "1:2")]
    [InlineData(EngineRevision.V3, PayloadFraming.Binary, "\u0001\u0002")]
    public void A_body_of_too_many_packets_is_an_error_after_the_greatest_number(
        EngineRevision revision, PayloadFraming framing, string unit)
    {
        ReadOnlyMemory<byte> Body(int count) => framing == PayloadFraming.Binary
            ? Bytes.Hex(string.Concat(Enumerable.Repeat("0001ff32", count)))
            : Bytes.Of(string.Concat(Enumerable.Repeat(unit, count)).TrimEnd('\u001e'));

        Assert.Equal(EngineDecodeError.None, Bytes.Decode(Body(PayloadDecoder.MaxPackets), revision, framing, out var whole));
        Assert.Equal(PayloadDecoder.MaxPackets, whole.Count);
        Assert.Equal(EngineDecodeError.TooManyPackets, Bytes.Decode(Body(PayloadDecoder.MaxPackets + 1), revision, framing, out var cut));
        Assert.Equal(PayloadDecoder.MaxPackets, cut.Count);
    }

    [Fact]
    public void Packets_are_appended_to_those_already_there()
    {
        var packets = new List<EnginePacket> { new(EnginePacketType.Noop, default) };
        PayloadDecoder.Decode(Bytes.Of("2"), EngineRevision.V4, PayloadFraming.Text, packets);
        Assert.Equal("Noop: | Ping:", packets.Show());
    }

    [Fact]
    public void Decoding_text_copies_nothing()
    {
        var body = Bytes.Of(string.Join('\u001e', Enumerable.Repeat("4" + new string('x', 1000), 100)));
        var packets = new List<EnginePacket>(200);
        PayloadDecoder.Decode(body, EngineRevision.V4, PayloadFraming.Text, packets);
        var before = GC.GetAllocatedBytesForCurrentThread();
        PayloadDecoder.Decode(body, EngineRevision.V4, PayloadFraming.Text, packets);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        Assert.Equal(200, packets.Count);
    }

    [Theory]
    [InlineData("d=4hello", "4hello")]
    [InlineData("d=6%3A4hello", "6:4hello")]
    [InlineData("d=4a+b%20c", "4a b c")]
    [InlineData("d=4%E2%82%AC", "4€")]
    [InlineData("d=4€", "4€")]
    [InlineData("d=4%zz%4", "4%zz%4")]
    [InlineData("d=4a%5Cnb", "4a\nb")]
    [InlineData("d=4a%5C%5Cnb", "4a\\nb")]
    [InlineData("d=4a%5C%5C%5Cnb", "4a\\\\nb")]
    [InlineData("d=4a%5Cb", "4a\\b")]
    [InlineData("d=", "")]
    [InlineData("x=1&d=4a&d=4b", "4a")]
    public void A_jsonp_form_gives_its_field_d(string form, string expected)
    {
        Assert.Equal(EngineDecodeError.None, PayloadDecoder.UnwrapJsonp(Bytes.Of(form), out var payload));
        Assert.Equal(expected, payload.Text());
    }

    [Theory]
    [InlineData("")]
    [InlineData("4hello")]
    [InlineData("dd=4")]
    [InlineData("d")]
    public void A_jsonp_form_without_d_is_an_error(string form) =>
        Assert.Equal(EngineDecodeError.MissingField, PayloadDecoder.UnwrapJsonp(Bytes.Of(form), out _));

    [Fact]
    public void A_whole_jsonp_post_of_a_1_x_client_is_read()
    {
        const string Packet = """42["join","line\nbreak €"]""";
        var text = Bytes.AsLatin1(Packet);
        var escaped = $"{text.Length}:{text}".Replace("\\n", "\\\\n", StringComparison.Ordinal);
        var form = Bytes.Of($"d={Uri.EscapeDataString(escaped)}");

        PayloadDecoder.UnwrapJsonp(form, out var payload);
        Assert.Equal(EngineDecodeError.None, Bytes.Decode(payload, EngineRevision.V3, PayloadFraming.Text, out var packets));
        Assert.Equal($"Message:{Packet[1..]}", packets.Show());
    }

    private static void AssertPackets(string body, EngineRevision revision, EngineDecodeError error, string expected)
    {
        Assert.Equal(error, Bytes.Decode(Encoding.UTF8.GetBytes(body), revision, PayloadFraming.Text, out var packets));
        Assert.Equal(expected, packets.Show());
    }
}
