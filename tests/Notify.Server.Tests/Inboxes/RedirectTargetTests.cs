using Microsoft.AspNetCore.Http;
using Notify.Server.Inboxes;

namespace Notify.Server.Tests.Inboxes;

/// <summary>Tests where a browser is sent, and that no address leads to a website that nobody listed.</summary>
public sealed class RedirectTargetTests
{
    private static readonly OriginPolicy Listed = OriginPolicy.Only(["https://app.example.com", "https://*.pages.example.org"]);

    [Theory]
    [InlineData("/")]
    [InlineData("/posts/9?a=1#c4")]
    [InlineData("/%2f%2fother.example.net")]
    [InlineData("/.//other.example.net")]
    [InlineData("/@other.example.net")]
    [InlineData("https://app.example.com")]
    [InlineData("https://app.example.com/posts?next=//other.example.net")]
    [InlineData("https://app.example.com#a")]
    [InlineData("HTTPS://APP.example.com/")]
    [InlineData("https://a.pages.example.org/x")]
    [InlineData("http://notify.example.com/x")]
    public void Paths_and_pages_of_known_origins_are_taken(string text) => Assert.True(RedirectTarget.IsKnown(text, Request(), Listed));

    [Theory]
    [InlineData("")]
    [InlineData("posts")]
    [InlineData("?a")]
    [InlineData("//other.example.net")]
    [InlineData("///other.example.net")]
    [InlineData("/\\other.example.net")]
    [InlineData("\\\\other.example.net")]
    [InlineData("\\/other.example.net")]
    [InlineData("/\t/other.example.net")]
    [InlineData("\t//other.example.net")]
    [InlineData("/\n/other.example.net")]
    [InlineData("/a\r\nSet-Cookie: a=b")]
    [InlineData(" //other.example.net")]
    [InlineData("/ /other.example.net")]
    [InlineData("/\u0000")]
    [InlineData("/\u00e9")]
    [InlineData("/\u2215/other.example.net")]
    [InlineData("https://other.example.net/")]
    [InlineData("https://app.example.com.other.example.net/")]
    [InlineData("https://app.example.com@other.example.net/")]
    [InlineData("https://app.example.com:443@other.example.net/")]
    [InlineData("https://app.example.com\\@other.example.net/")]
    [InlineData("https://app.example.com%2f@other.example.net/")]
    [InlineData("https://app.example.com%00.other.example.net/")]
    [InlineData("https://other.example.net\\.pages.example.org/")]
    [InlineData("https://other.example.net/.pages.example.org")]
    [InlineData("https://other.example.net?.pages.example.org")]
    [InlineData("https://other.example.net#.pages.example.org")]
    [InlineData("https://app.example.com:8443/")]
    [InlineData("http://app.example.com/")]
    [InlineData("https:app.example.com")]
    [InlineData("https:/other.example.net")]
    [InlineData("https:///other.example.net")]
    [InlineData("https:\\\\other.example.net")]
    [InlineData("https://")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("ftp://app.example.com/")]
    public void Everything_else_is_refused(string text)
    {
        Assert.False(RedirectTarget.IsKnown(text, Request(), Listed));
        Assert.False(RedirectTarget.IsKnown(text, Request(), OriginPolicy.Any));
    }

    [Fact]
    public void Where_every_page_may_ask_only_the_own_origin_is_known()
    {
        Assert.True(RedirectTarget.IsKnown("http://notify.example.com/x", Request(), OriginPolicy.Any));
        Assert.False(RedirectTarget.IsKnown("https://app.example.com/", Request(), OriginPolicy.Any));
    }

    [Theory]
    [InlineData("https://example.com/a b?c=\u00e9#d", "https://example.com/a%20b?c=%C3%A9#d")]
    [InlineData("http://b\u00fccher.example:8080/", "http://xn--bcher-kva.example:8080/")]
    [InlineData("https://example.com", "https://example.com/")]
    [InlineData("/posts/9#c4", "/posts/9#c4")]
    [InlineData("/a?b=\u00e9", null)]
    [InlineData("/a?b=%C3%A9", "/a?b=%C3%A9")]
    [InlineData("//other.example.net", null)]
    [InlineData("/\\other.example.net", null)]
    [InlineData("/a\r\nSet-Cookie: b", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("data:text/html,x", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("posts", null)]
    [InlineData(null, null)]
    public void The_address_of_an_item_is_a_page_or_a_path(string? url, string? location) =>
        Assert.Equal(location, RedirectTarget.OfItem(url));

    private static HttpRequest Request()
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = ("http", new HostString("notify.example.com"));
        return request;
    }
}
