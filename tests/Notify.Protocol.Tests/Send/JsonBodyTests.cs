using System.Text;
using Notify.Protocol.Send;

namespace Notify.Protocol.Tests.Send;

public sealed class JsonBodyTests
{
    [Theory]
    [InlineData("""{"channel":"C" """)]
    [InlineData("{'channel':'C'}")]
    [InlineData("\"text\"")]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData(" ")]
    [InlineData("""{"channel":"C","notification":"x",}""")]
    [InlineData("""/* c */{"channel":"C","notification":"x"}""")]
    [InlineData("""{"channel":"C","notification":NaN}""")]
    [InlineData("""{"channel":"C","notification":01}""")]
    [InlineData("""{"channel":"C","notification":"x"} x""")]
    [InlineData("""{"channel":"C","notification":"x"}{}""")]
    [InlineData("{\"channel\":\"C\",\"notification\":\"a\tb\"}")]
    [InlineData("[{]")]
    public void What_is_not_a_JSON_object_or_list_is_a_bad_request(string body) =>
        Assert.Equal("BadRequest", SendCase.Outcome(SendCase.Json, body));

    [Theory]
    [InlineData("\"last\"")]
    [InlineData("""{"b":1,"2":2,"1":3}""")]
    [InlineData("""{"n":12345678901234567890}""")]
    [InlineData("""{"n":1e400}""")]
    [InlineData("[-0,1E2,1.5]")]
    [InlineData(@"""x\ud83dy""")]
    [InlineData(@"""\u0000\u001e \/\u00e9""")]
    [InlineData("""{"__proto__":{"x":1},"k":1}""")]
    [InlineData("""{"_placeholder":true,"num":0}""")]
    [InlineData("{ \"a\" :\n[ ] }")]
    [InlineData("\"ü€😀\"")]
    public void The_notification_is_the_text_that_was_sent(string notification) =>
        Assert.Equal("[\"C\"] " + notification, SendCase.Outcome(SendCase.Json, $$"""{"channel":"C","notification": {{notification}} }"""));

    [Theory]
    [InlineData("""{"channel":"a","channel":"C","notification":1,"notification":"last"}""", "[\"C\"] \"last\"")]
    [InlineData("""{"channel":"C","notification":1,"notification":0}""", SendCase.Missing)]
    [InlineData(@"{""ch\u0061nnel"":""C"",""\u006eotification"":1}", "[\"C\"] 1")]
    [InlineData(@"{""\ud83d"":2,""channel"":""C"",""notification"":1}", "[\"C\"] 1")]
    [InlineData(" \t\r\n{\"channel\":\"C\",\"notification\":1}\n", "[\"C\"] 1")]
    [InlineData("\uFEFF{\"channel\":\"C\",\"notification\":1}", "[\"C\"] 1")]
    [InlineData("\uFEFF\uFEFF{\"channel\":\"C\",\"notification\":1}", "BadRequest")]
    public void Members_are_found_as_JavaScript_finds_them(string body, string outcome) =>
        Assert.Equal(outcome, SendCase.Outcome(SendCase.Json, body));

    [Theory]
    [InlineData("Application/JSON; charset=UTF-8")]
    [InlineData(" application/json ;charset = \"utf-8\" ")]
    [InlineData("application/json; charset=\"\"")]
    [InlineData("application/json; charset=latin1; charset=utf-8")]
    [InlineData("application/json; charset=\"utf-8:2003\"")]
    public void The_media_type_is_read_leniently(string contentType) =>
        Assert.Equal("[\"é\"] \"hi\"", SendCase.Outcome(contentType, """{"channel":"é","notification":"hi"}"""));

    [Theory]
    [InlineData("latin1")]
    [InlineData("utf8")]
    [InlineData("utf_8")]
    [InlineData("utf-7")]
    [InlineData("utf-32")]
    public void Other_charsets_are_unsupported(string charset) =>
        Assert.Equal("UnsupportedMediaType", SendCase.Outcome("application/json; charset=" + charset, "{}"));

    [Theory]
    [InlineData("utf-16le", false, "")]
    [InlineData("utf-16be", true, "")]
    [InlineData("utf-16le", false, "\uFEFF")]
    [InlineData("utf-16", false, "\uFEFF")]
    [InlineData("utf-16", true, "\uFEFF")]
    [InlineData("utf-16", false, "")]
    [InlineData("utf-16", true, "")]
    public void UTF_16_is_read(string charset, bool bigEndian, string mark)
    {
        var body = new UnicodeEncoding(bigEndian, byteOrderMark: false).GetBytes(mark + """{"channel":"é","notification":"u16 😀"}""");
        Assert.Equal("[\"é\"] \"u16 😀\"", SendCase.Outcome("application/json; charset=" + charset, body));
        Assert.Equal("[\"é\"] \"u16 😀\"", SendCase.Outcome("application/json; charset=" + charset, (byte[])[.. body, 0x20]));
    }

    [Fact]
    public void Invalid_UTF_8_is_replaced() =>
        Assert.Equal("[\"a�\"] \"a�b\"", SendCase.Outcome(
            SendCase.Json,
            (byte[])[.. "{\"channel\":\"a"u8, 0xFF, .. "\",\"notification\":\"a"u8, 0xE2, 0x82, .. "b\"}"u8]));

    [Fact]
    public void The_notification_is_not_copied()
    {
        byte[] body = [.. """{"channel":"C","notification":"hi"}"""u8];
        var request = SendRequestParser.Parse(SendCase.Json, body).Request!;
        Assert.True(body.AsSpan(30, 4).Overlaps(request.Notification.Span));
    }

    [Theory]
    [InlineData(998, "[\"C\"]")]
    [InlineData(1000, "BadRequest")]
    [InlineData(50_000, "BadRequest")]
    public void Nesting_is_bounded_by_a_limit_and_not_by_the_stack(int depth, string outcome)
    {
        var deep = new string('[', depth) + new string(']', depth);
        Assert.StartsWith(
            outcome,
            SendCase.Outcome(SendCase.Json, $$"""{"channel":"C","notification":{{deep}}}"""),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_deep_channel_is_named() =>
        Assert.Equal(
            "[\"\"] 1",
            SendCase.Outcome(SendCase.Json, $$"""{"channel":{{new string('[', 999)}}{{new string(']', 999)}},"notification":1}"""));
}
