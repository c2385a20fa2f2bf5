using System.Text;
using System.Text.Json;
using CsCheck;
using Notify.Protocol.JsonWebSocket;

namespace Notify.Protocol.Tests.JsonWebSocket;

/// <summary>Tests that any input is a command or an error that can be reported.</summary>
public sealed class JsonWebSocketPropertyTests
{
    private static readonly Gen<string> Part = Gen.OneOf(
        "\"type\"", "\"join\"", "\"channel\"", "\"since\"", "\"earliest\"", "\"epoch\"",
        "\"offset\"", "\"id\"", "\"token\"", "\"auth\"", "\"ping\"",
        "{", "}", "[", "]", ":", ":", ",", ",", "\"", "\\u", "d83d", "\\", "1", "-0", "1e999", "true", "null", " ", "\n", "é", "😀", "\0");

    private static readonly Gen<string> Whole = Gen.OneOf(
        """{"type":"join","channel":"C","since":{"epoch":"e","offset":7},"id":"\ud83d\ude00"}""",
        """{"type":"leave","channel":"é 😀","later":[{"a":[1.5e3,null,true]}],"id":-1.5e3}""",
        """{"type":"auth","token":"t","id":12}""");

    [Fact]
    public void Any_bytes_are_answered() => Gen.Byte.Array[0, 80].Sample(AssertSound);

    [Fact]
    public void Anything_like_JSON_is_answered() =>
        Part.Array[1, 30].Sample(parts => AssertSound(Encoding.UTF8.GetBytes(string.Concat(parts))));

    [Fact]
    public void Anything_like_a_message_is_answered() =>
        Part.Array[1, 30].Sample(
            parts => AssertSound(Encoding.UTF8.GetBytes("{\"type\":\"join\",\"channel\":" + string.Concat(parts) + "}")));

    [Fact]
    public void A_message_with_some_bytes_changed_is_answered() =>
        Gen.Select(Whole, Gen.Select(Gen.Int[0, 1000], Gen.Byte).Array[1, 3]).Sample((text, changes) =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            foreach (var (at, value) in changes)
            {
                bytes[at % bytes.Length] = value;
            }

            AssertSound(bytes);
        });

    [Fact]
    public void Any_channel_and_text_come_back_as_they_were() => Gen.String.Sample(text =>
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new { type = "join", channel = text, id = text });
        Assert.True(JsonWebSocketDecoder.TryDecode(json, out var command, out _));
        using var joined = JsonDocument.Parse(
            JsonWebSocketMessages.Joined(((JsonWebSocketCommand.Join)command).Channel, "e", 1, recovered: true, command.Id).Payload);
        var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        Assert.Equal(expected, joined.RootElement.GetProperty("channel").GetString());
        Assert.Equal(expected, joined.RootElement.GetProperty("id").GetString());
    });

    private static void AssertSound(byte[] bytes)
    {
        if (JsonWebSocketDecoder.TryDecode(bytes, out var command, out var error))
        {
            using var pong = JsonDocument.Parse(JsonWebSocketMessages.Pong(command.Id).Payload);
            Assert.Equal("pong", pong.RootElement.GetProperty("type").GetString());
        }
        else
        {
            using var said = JsonDocument.Parse(JsonWebSocketMessages.Error(error).Payload);
            Assert.Equal("bad_message", said.RootElement.GetProperty("code").GetString());
        }
    }
}
