using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CsCheck;
using Notify.Protocol.Send;

namespace Notify.Protocol.Tests.Send;

public sealed class SendParserProperties
{
    private static readonly Gen<string> Media = Gen.OneOf(
        SendCase.Json,
        SendCase.Form,
        SendCase.Json + "; charset=utf-16",
        SendCase.Json + "; charset=utf-16le",
        SendCase.Json + "; charset=utf-16be");

    private static readonly Gen<string> FormPart = Gen.OneOf(
        "channel", "notification", "[", "]", "[]", "[a]", "[0]", "[99]", "[100]", "[__proto__]",
        "=", "=", "&", "&", "%", "%5B", "%E2%82", "+", "a", "é", "😀", "\0");

    private static readonly Gen<string> JsonPart = Gen.OneOf(
        "\"channel\"", "\"notification\"", "{", "}", "[", "]", ":", ":", ",", ",",
        "\"", "\\u", "d83d", "\\", "1", "-0", "1e999", "true", "null", " ", "é", "😀", "\0");

    [Fact]
    public void Any_bytes_are_answered() =>
        Gen.Select(Media, Gen.Byte.Array[0, 60]).Sample((media, body) => AssertSound(media, body));

    [Fact]
    public void Any_form_is_answered() =>
        FormPart.Array[1, 30].Sample(
            parts => AssertSound(SendCase.Form, Encoding.UTF8.GetBytes("notification=n&channel=C&" + string.Concat(parts))));

    [Fact]
    public void Anything_like_JSON_is_answered() =>
        JsonPart.Array[1, 30].Sample(
            parts => AssertSound(SendCase.Json, Encoding.UTF8.GetBytes("{\"channel\":5,\"notification\":" + string.Concat(parts) + "}")));

    [Fact]
    public void A_body_with_one_byte_changed_is_answered()
    {
        var bodies = Gen.OneOf(
            """{"channel":["C",5,null,[1]],"notification":{"a":[1.5e3,"\ud83d\ude00",null,true],"é":"😀"}}""",
            "channel[]=C&channel[1]=%E2%82%AC&notification[a][0]=1&notification[a][k]=é&notification=2");
        Gen.Select(Media, bodies, Gen.Int[0, 1000], Gen.Byte).Sample((media, text, at, value) =>
        {
            var body = Encoding.UTF8.GetBytes(text);
            body[at % body.Length] = value;
            AssertSound(media, body);
        });
    }

    [Fact]
    public void Any_header_is_read() =>
        Gen.OneOf("application/json", ";", " ", "charset", "=", "\"", "\\", "utf-8", "utf-", ":2003", "é", "x", "\0")
            .Array[0, 12].Sample(parts => SendContentType.Parse("application/json" + string.Concat(parts)));

    private static void AssertSound(string contentType, byte[] body)
    {
        var parse = SendRequestParser.Parse(contentType, body);
        if (parse.Request is not { } request)
        {
            return;
        }

        Assert.Equal(SendParseStatus.Parsed, parse.Status);
        Assert.True(Utf8.IsValid(request.Notification.Span));
        using var document = JsonDocument.Parse(
            request.Notification, new JsonDocumentOptions { MaxDepth = SendRequestParser.MaxJsonDepth });
        Assert.All(request.Channels, name => Assert.Equal(name, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name))));
    }
}
