using System.Text.Json;
using CsCheck;

namespace Notify.Protocol.Tests;

public sealed class WireMessageTests
{
    [Fact]
    public void The_web_socket_frame_is_made_once_and_says_text_or_binary()
    {
        var text = WireMessage.Text(Bytes.Of("2"));
        Assert.Equal("810132", text.WebSocketFrame.HexText());
        Assert.True(text.WebSocketFrame.Equals(text.WebSocketFrame));
        Assert.Equal("820132", WireMessage.Binary(Bytes.Of("2")).WebSocketFrame.HexText());
    }

    [Fact]
    public void Only_json_is_escaped_to_ascii()
    {
        Assert.Equal("4[\"\\u00e9\"]", WireMessage.Json(Bytes.Of("4[\"é\"]")).AsciiPayload.Text());
        Assert.Equal("4é", WireMessage.Text(Bytes.Of("4é")).AsciiPayload.Text());
        Assert.Equal("ff", WireMessage.Binary(Bytes.Hex("ff")).AsciiPayload.HexText());
    }

    [Fact]
    public void The_size_is_that_of_the_payload() => Assert.Equal(3, WireMessage.Json(Bytes.Of("4é")).Size);

    [Fact]
    public void Escaped_json_means_the_same() =>
        Gen.String.Sample(text =>
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(text, Relaxed);
            var ascii = JsonAscii.Escape(json);
            Assert.True(System.Text.Ascii.IsValid(ascii));
            Assert.Equal(JsonSerializer.Deserialize<string>(json), JsonSerializer.Deserialize<string>(ascii));
        });

    [Fact]
    public void Escaping_any_bytes_never_throws_and_grows_at_most_sixfold() =>
        Gen.Byte.Array.Sample(bytes =>
        {
            var ascii = JsonAscii.Escape(bytes);
            Assert.True(System.Text.Ascii.IsValid(ascii));
            Assert.True(ascii.Length <= bytes.Length * 6);
        });

    private static readonly JsonSerializerOptions Relaxed =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
