using System.Text;
using Notify.Protocol.JsonWebSocket;

namespace Notify.Protocol.Tests.JsonWebSocket;

public sealed class JsonWebSocketDecoderTests
{
    [Theory]
    [InlineData("""{"type":"join","channel":"c"}""", "join c, since -, id -")]
    [InlineData("""  { "channel" : "c" , "type" : "join" }  """, "join c, since -, id -")]
    [InlineData("""{"type":"join","channel":"","id":1}""", "join , since -, id 1")]
    [InlineData("""{"type":"join","channel":"c","since":"earliest","id":"a"}""", "join c, since earliest, id \"a\"")]
    [InlineData("""{"type":"join","channel":"c","since":{"epoch":"e","offset":7}}""", "join c, since e 7, id -")]
    [InlineData("""{"type":"join","channel":"c","since":{"later":[{}],"offset":0,"epoch":""}}""", "join c, since  0, id -")]
    [InlineData(
        """{"type":"join","channel":"c","since":{"epoch":"e","offset":9223372036854775807}}""",
        "join c, since e 9223372036854775807, id -")]
    [InlineData(
        """{"type":"join","channel":"\u00e9 \ud83d\ude00 \ud83d \"","later":{"a":[[[1]]]}}""", "join é 😀 \uFFFD \", since -, id -")]
    [InlineData("""{"\u0074ype":"j\u006fin","channel":"c"}""", "join c, since -, id -")]
    [InlineData("""{"type":"leave","channel":"c","id":-1.50e+3}""", "leave c, id -1.50e+3")]
    [InlineData("""{"type":"leave","channel":"c","id":"\ud83d\u0041/\/"}""", "leave c, id \"\\ud83d\\u0041/\\/\"")]
    [InlineData("""{"type":"ping"}""", "ping, id -")]
    [InlineData("""{"type":"ping","id":123456789012345678901234567890}""", "ping, id 123456789012345678901234567890")]
    [InlineData("""{"type":"auth","token":"t","id":2}""", "auth t, id 2")]
    [InlineData(
        """{"type":"mark","channel":"c","as":"read","ids":["\ud83d"],"id":2}""",
        """mark c, {"type":"mark","channel":"c","as":"read","ids":["\ufffd"],"id":2}, id 2""")]
    public void A_message_is_read(string json, string expected) => Assert.Equal(expected, Tell(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("", "no JSON", "")]
    [InlineData("x", "no JSON", "")]
    [InlineData("\uFEFF{}", "no JSON", "")]
    [InlineData("""{"type":"ping"}{}""", "no JSON", "")]
    [InlineData("""{"type":"ping",}""", "no JSON", "")]
    [InlineData("""{"type":"ping"/**/}""", "no JSON", "")]
    [InlineData("""{"type":"ping" """, "no JSON", "")]
    [InlineData("""{"type":NaN}""", "no JSON", "")]
    [InlineData("""["join","c"]""", "no JSON object", "")]
    [InlineData("\"join\"", "no JSON object", "")]
    [InlineData("null", "no JSON object", "")]
    [InlineData("7", "no JSON object", "")]
    [InlineData("{}", "\"type\" is missing", "")]
    [InlineData("""{"id":5}""", "\"type\" is missing", "5")]
    [InlineData("""{"type":5,"id":5}""", "\"type\" is no string", "5")]
    [InlineData("""{"type":"subscribe","id":"x"}""", "\"type\" names no message", "\"x\"")]
    [InlineData("""{"type":"Join","channel":"c"}""", "\"type\" names no message", "")]
    [InlineData("""{"type":"join","id":1}""", "\"channel\" of \"join\" is missing", "1")]
    [InlineData("""{"type":"mark","as":"read","all":true,"id":1}""", "\"channel\" of \"mark\" is missing", "1")]
    [InlineData("""{"type":"leave"}""", "\"channel\" of \"leave\" is missing", "")]
    [InlineData("""{"type":"join","channel":null}""", "\"channel\" is no string", "")]
    [InlineData("""{"type":"join","channel":["c"],"id":3}""", "\"channel\" is no string", "3")]
    [InlineData("""{"type":"auth"}""", "\"token\" of \"auth\" is missing", "")]
    [InlineData("""{"type":"auth","token":1}""", "\"token\" is no string", "")]
    [InlineData("""{"type":"ping","id":null}""", "\"id\" is neither a string nor a number", "")]
    [InlineData("""{"type":"ping","id":{}}""", "\"id\" is neither a string nor a number", "")]
    [InlineData("""{"type":"ping","id":true}""", "\"id\" is neither a string nor a number", "")]
    [InlineData("""{"type":"ping","type":"ping"}""", "\"type\" stands twice", "")]
    [InlineData("""{"type":"ping","\u0074ype":"ping"}""", "\"type\" stands twice", "")]
    [InlineData("""{"type":"ping","later":1,"later":1}""", "\"later\" stands twice", "")]
    [InlineData("""{"type":"ping","id":1,"id":2}""", "\"id\" stands twice", "1")]
    [InlineData("""{"type":"join","channel":"c","since":null}""", "\"since\" is neither", "")]
    [InlineData("""{"type":"join","channel":"c","since":"latest"}""", "\"since\" is neither", "")]
    [InlineData("""{"type":"join","channel":"c","since":7,"id":1}""", "\"since\" is neither", "1")]
    [InlineData("""{"type":"join","channel":"c","since":["e",7]}""", "\"since\" is neither", "")]
    [InlineData("""{"type":"join","channel":"c","since":{}}""", "\"since\" is neither", "")]
    [InlineData("""{"type":"join","channel":"c","since":{"epoch":"e"}}""", "\"since\" is neither", "")]
    [InlineData("""{"type":"join","channel":"c","since":{"offset":1}}""", "\"since\" is neither", "")]
    [InlineData("""{"type":"join","channel":"c","since":{"epoch":1,"offset":1}}""", "\"since\" is neither", "")]
    [InlineData("""{"type":"join","channel":"c","since":{"epoch":"e","offset":"1"}}""", "\"since\" is neither", "")]
    [InlineData("""{"type":"join","channel":"c","since":{"epoch":"e","offset":-1}}""", "\"since\" is neither", "")]
    [InlineData("""{"type":"join","channel":"c","since":{"epoch":"e","offset":1.5}}""", "\"since\" is neither", "")]
    [InlineData("""{"type":"join","channel":"c","since":{"epoch":"e","offset":9223372036854775808}}""", "\"since\" is neither", "")]
    [InlineData("""{"type":"join","channel":"c","since":{"epoch":"e","epoch":"e","offset":1}}""", "\"since\" is neither", "")]
    public void A_bad_message_is_refused_by_a_sentence(string json, string expected, string id)
    {
        Assert.False(JsonWebSocketDecoder.TryDecode(Encoding.UTF8.GetBytes(json), out var command, out var error));
        Assert.Null(command);
        Assert.Equal(("bad_message", id), (error.Code, Encoding.UTF8.GetString(error.Id.Span)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { (byte)'{', (byte)'"', 0xC3, (byte)'"', (byte)':', (byte)'1', (byte)'}' })]
    [InlineData(new byte[] { (byte)'"', 0xED, 0xA0, 0x80, (byte)'"' })]
    public void Bytes_that_are_no_UTF_8_are_refused(byte[] bytes)
    {
        Assert.False(JsonWebSocketDecoder.TryDecode(bytes, out _, out var error));
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"a\":")]
    [InlineData("{\"type\":\"ping\",\"a\":[")]
    public void Ten_thousand_levels_are_refused(string level)
    {
        Assert.False(
            JsonWebSocketDecoder.TryDecode(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(level, 10_000))), out _, out var error));
        Assert.Contains("deeper", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_name_is_not_quoted_back()
    {
        var name = new string('x', 5000);
        Assert.False(JsonWebSocketDecoder.TryDecode(Encoding.UTF8.GetBytes($"{{\"{name}\":1,\"{name}\":2}}"), out _, out var error));
        Assert.Equal("a field stands twice", error.Message);
    }

    [Fact]
    public void A_token_is_not_shown()
    {
        Assert.True(JsonWebSocketDecoder.TryDecode("""{"type":"auth","token":"secret"}"""u8, out var command, out _));
        Assert.Equal("Auth", command.ToString());
    }

    internal static string Tell(ReadOnlySpan<byte> utf8)
    {
        if (!JsonWebSocketDecoder.TryDecode(utf8, out var command, out var error))
        {
            return "refused: " + error.Message;
        }

        var id = command.Id.IsEmpty ? "-" : Encoding.UTF8.GetString(command.Id.Span);
        return command switch
        {
            JsonWebSocketCommand.Join join => $"join {join.Channel}, since {Tell(join.Since)}, id {id}",
            JsonWebSocketCommand.Leave leave => $"leave {leave.Channel}, id {id}",
            JsonWebSocketCommand.Mark mark => $"mark {mark.Channel}, {Encoding.UTF8.GetString(mark.Message.Span)}, id {id}",
            JsonWebSocketCommand.Auth auth => $"auth {auth.Token}, id {id}",
            _ => $"ping, id {id}",
        };
    }

    private static string Tell(Since? since) => since switch
    {
        Since.Earliest => "earliest",
        Since.After after => $"{after.Epoch} {after.Offset}",
        _ => "-",
    };
}
