using Notify.Protocol.Send;

namespace Notify.Protocol.Tests.Send;

public sealed class SendContentTypeTests
{
    [Theory]
    [InlineData(null, SendContentKind.None, SendCharset.Utf8)]
    [InlineData("text/plain; charset=latin1", SendContentKind.None, SendCharset.Utf8)]
    [InlineData("application/json", SendContentKind.Json, SendCharset.Utf8)]
    [InlineData("APPLICATION/JSON; CHARSET=LATIN1", SendContentKind.Json, SendCharset.Unsupported)]
    [InlineData("application/json; charset=utf-16le", SendContentKind.Json, SendCharset.Utf16LittleEndian)]
    [InlineData("application/json; x=\"a\\\"; charset=y\"; charset=utf-16be", SendContentKind.Json, SendCharset.Utf16BigEndian)]
    [InlineData("application/json; x=\"open", SendContentKind.None, SendCharset.Utf8)]
    [InlineData("application/json; x=\"open\\", SendContentKind.None, SendCharset.Utf8)]
    [InlineData("application/json;\tcharset=utf-8", SendContentKind.None, SendCharset.Utf8)]
    [InlineData("application/json; =utf-8", SendContentKind.None, SendCharset.Utf8)]
    [InlineData("application/json; charset=utf-8 x", SendContentKind.None, SendCharset.Utf8)]
    [InlineData("application/x-www-form-urlencoded", SendContentKind.Form, SendCharset.Utf8)]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16", SendContentKind.Form, SendCharset.Unsupported)]
    public void The_header_says_how_the_body_is_read(string? header, SendContentKind kind, SendCharset charset) =>
        Assert.Equal(new SendContentType(kind, charset), SendContentType.Parse(header));
}
