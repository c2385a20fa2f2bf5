using Notify.Protocol.EngineIo;

namespace Notify.Protocol.Tests.EngineIo;

public sealed class EnginePacketDecoderTests
{
    [Theory]
    [InlineData("0", "Open:")]
    [InlineData("1", "Close:")]
    [InlineData("2", "Ping:")]
    [InlineData("2probe", "Ping:probe")]
    [InlineData("3", "Pong:")]
    [InlineData("3probe", "Pong:probe")]
    [InlineData("4", "Message:")]
    [InlineData("4hello", "Message:hello")]
    [InlineData("4€", "Message:€")]
    [InlineData("4👍", "Message:👍")]
    [InlineData("5", "Upgrade:")]
    [InlineData("6", "Noop:")]
    public void A_text_frame_is_a_type_digit_and_text_in_both_revisions(string frame, string expected)
    {
        foreach (var revision in Enum.GetValues<EngineRevision>())
        {
            Assert.Equal(EngineDecodeError.None, EnginePacketDecoder.DecodeText(Bytes.Of(frame), revision, out var packet));
            Assert.Equal(expected, packet.Show());
        }
    }

    [Theory]
    [InlineData("", EngineDecodeError.Empty)]
    [InlineData("7", EngineDecodeError.UnknownType)]
    [InlineData("9abc", EngineDecodeError.UnknownType)]
    [InlineData("abc", EngineDecodeError.UnknownType)]
    [InlineData("€", EngineDecodeError.UnknownType)]
    [InlineData(" 4", EngineDecodeError.UnknownType)]
    [InlineData("b", EngineDecodeError.UnknownType)]
    [InlineData("b7AQID", EngineDecodeError.UnknownType)]
    [InlineData("bAQID", EngineDecodeError.UnknownType)]
    public void A_bad_text_frame_has_a_named_error(string frame, EngineDecodeError expected)
    {
        Assert.Equal(expected, EnginePacketDecoder.DecodeText(Bytes.Of(frame), out var packet));
        Assert.Equal(default, packet);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_an_error() =>
        Assert.Equal(EngineDecodeError.BadUtf8, EnginePacketDecoder.DecodeText(Bytes.Hex("34 ff"), out _));

    [Fact]
    public void The_data_of_a_text_frame_is_a_slice_of_it()
    {
        var frame = Bytes.Of("4hello");
        EnginePacketDecoder.DecodeText(frame, out var packet);
        Assert.True(frame[1..].Equals(packet.Data));
    }

    [Theory]
    [InlineData("b4AQIDBA==", EngineRevision.V3, "Message#01020304")]
    [InlineData("b4", EngineRevision.V3, "Message#")]
    [InlineData("b2cHJvYmU=", EngineRevision.V3, "Ping:")]
    [InlineData("bAQIDBA==", EngineRevision.V4, "Message#01020304")]
    [InlineData("b", EngineRevision.V4, "Message#")]
    [InlineData("bAQID not base64 %%", EngineRevision.V4, "Message#0102039e8b5b6ac7ba")]
    public void Base64_has_a_type_digit_in_revision_3_only(string frame, EngineRevision revision, string expected)
    {
        Assert.Equal(EngineDecodeError.None, EnginePacketDecoder.DecodeText(Bytes.Of(frame), revision, out var packet));
        Assert.Equal(expected, packet.Show());
    }

    [Fact]
    public void Base64_in_a_text_frame_of_unsaid_revision_is_that_of_revision_3()
    {
        Assert.Equal(EngineDecodeError.None, EnginePacketDecoder.DecodeText(Bytes.Of("b4AQID"), out var packet));
        Assert.Equal("Message#010203", packet.Show());
    }

    [Theory]
    [InlineData("01020304", EngineRevision.V4, "Message#01020304")]
    [InlineData("", EngineRevision.V4, "Message#")]
    [InlineData("0401020304", EngineRevision.V3, "Message#01020304")]
    [InlineData("04", EngineRevision.V3, "Message#")]
    [InlineData("0270726f6265", EngineRevision.V3, "Ping:")]
    public void A_binary_frame_has_a_type_byte_in_revision_3_only(string frame, EngineRevision revision, string expected)
    {
        Assert.Equal(EngineDecodeError.None, EnginePacketDecoder.DecodeBinary(Bytes.Hex(frame), revision, out var packet));
        Assert.Equal(expected, packet.Show());
    }

    [Theory]
    [InlineData("", EngineDecodeError.Empty)]
    [InlineData("07", EngineDecodeError.UnknownType)]
    [InlineData("3401", EngineDecodeError.UnknownType)]
    [InlineData("ff", EngineDecodeError.UnknownType)]
    public void A_bad_binary_frame_of_revision_3_has_a_named_error(string frame, EngineDecodeError expected)
    {
        Assert.Equal(expected, EnginePacketDecoder.DecodeBinary(Bytes.Hex(frame), EngineRevision.V3, out var packet));
        Assert.Equal(default, packet);
    }

    // The right side is the result of Node's Buffer.from(text, "base64").
    [Theory]
    [InlineData("", "")]
    [InlineData("AQIDBA==", "01020304")]
    [InlineData("AQIDBA", "01020304")]
    [InlineData("YQ==YQ==", "61")]
    [InlineData("Y=Q=", "")]
    [InlineData("=bad", "")]
    [InlineData("YQ", "61")]
    [InlineData("YWI", "6162")]
    [InlineData("Y", "")]
    [InlineData("A-_/+", "03efff")]
    [InlineData("YR==", "61")]
    [InlineData(" Y Q\n=", "61")]
    [InlineData("Aé€Q", "01")]
    [InlineData("AQID not base64 %%", "0102039e8b5b6ac7ba")]
    public void Base64_is_as_lenient_as_the_reference(string text, string expected) =>
        Assert.Equal(expected, LenientBase64.Decode(Bytes.Of(text).Span).HexText());
}
