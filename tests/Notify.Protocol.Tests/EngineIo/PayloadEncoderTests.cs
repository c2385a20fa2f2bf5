using System.Buffers;
using System.Text.Json;
using Notify.Protocol.EngineIo;

namespace Notify.Protocol.Tests.EngineIo;

public sealed class PayloadEncoderTests
{
    private static readonly byte[] Data = [1, 2, 3, 4];

    [Fact]
    public void Revision_4_separates_packets_by_U001E() =>
        Assert.Equal(
            "4hello\u001e2\u001ebAQIDBA==\u001e4€",
            Bytes.Encode(
                EngineRevision.V4,
                PayloadFraming.Text,
                EngineMessages.Text("hello"u8),
                EngineMessages.Ping,
                EngineMessages.Binary(Data, EngineRevision.V4),
                EngineMessages.Text("€"u8)).Text());

    [Fact]
    public void Revision_3_text_prefixes_the_length_in_UTF16_units() =>
        Assert.Equal(
            "6:4hello2:4€3:4👍10:b4AQIDBA==1:61:1",
            Bytes.Encode(
                EngineRevision.V3,
                PayloadFraming.Text,
                EngineMessages.Text("hello"u8),
                EngineMessages.Text("€"u8),
                EngineMessages.Text("👍"u8),
                EngineMessages.Binary(Data, EngineRevision.V3),
                EngineMessages.Noop,
                EngineMessages.Close).Text());

    [Fact]
    public void Revision_3_text_escapes_json_to_ascii() =>
        Assert.Equal(
            """32:4["\u20ac \ud83d\udc4d","ascii"]""",
            Bytes.Encode(EngineRevision.V3, PayloadFraming.Text, WireMessage.Json(Bytes.Of("""4["€ 👍","ascii"]"""))).Text());

    [Fact]
    public void Revision_3_binary_marks_and_counts_bytes() =>
        Assert.Equal(
            "0006ff3468656c6c6f0105ff04010203040004ff34e282ac",
            Bytes.Encode(
                EngineRevision.V3,
                PayloadFraming.Binary,
                EngineMessages.Text("hello"u8),
                EngineMessages.Binary(Data, EngineRevision.V3),
                EngineMessages.Text("€"u8)).HexText());

    [Fact]
    public void A_length_of_several_digits_is_several_bytes_in_binary_framing() =>
        Assert.StartsWith(
            "00010203ff34",
            Bytes.Encode(EngineRevision.V3, PayloadFraming.Binary, EngineMessages.Text(new byte[122])).HexText(),
            StringComparison.Ordinal);

    [Fact]
    public void No_messages_give_no_bytes()
    {
        foreach (var revision in Enum.GetValues<EngineRevision>())
        {
            foreach (var framing in Enum.GetValues<PayloadFraming>())
            {
                Assert.Equal(0, Bytes.Encode(revision, framing).Length);
            }
        }
    }

    [Theory]
    [InlineData("7", "1:6", "___eio[7](\"1:6\");")]
    [InlineData("a1b2", "1:6", "___eio[12](\"1:6\");")]
    [InlineData("", "6", "___eio[](\"6\");")]
    [InlineData("٣);alert(1", "6", "___eio[1](\"6\");")]
    [InlineData("0", "4\"\\\n\r\t\b\f\u0001\u001e", "___eio[0](\"4\\\"\\\\\\n\\r\\t\\b\\f\\u0001\\u001e\");")]
    [InlineData("0", "4\u2028\u2029\u2027€", "___eio[0](\"4\\u2028\\u2029\u2027€\");")]
    public void Jsonp_wraps_the_payload_in_a_call(string index, string payload, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        PayloadEncoder.WrapJsonp(output, Bytes.Of(payload).Span, index);
        Assert.Equal(expected, output.WrittenMemory.Text());
    }

    [Fact]
    public void The_jsonp_string_is_what_json_reads_back()
    {
        var every = string.Concat(Enumerable.Range(0, 0x250).Select(value => (char)value)) + "\u2028👍";
        var output = new ArrayBufferWriter<byte>();
        PayloadEncoder.WrapJsonp(output, Bytes.Of(every).Span, "1");
        var script = output.WrittenMemory.Text();
        Assert.Equal(every, JsonSerializer.Deserialize<string>(script["___eio[1](".Length..^");".Length]));
    }
}
