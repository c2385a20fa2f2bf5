using Microsoft.AspNetCore.Http;
using Notify.Server.Access;
using Notify.Server.Options;

namespace Notify.Server.Tests.Access;

public sealed class TokenCarriersTests
{
    private const string Page = "https://app.example.com";

    [Theory]
    [InlineData("?token=a.b.c", "a.b.c")]
    [InlineData("?token=", null)]
    [InlineData("", null)]
    [InlineData("?Token=a", null)]
    [InlineData("?token=a%2Eb", "a.b")]
    [InlineData("?key=K&token=a&j=1", "a")]
    public void The_query_carries_one_token(string query, string? token) => Assert.Equal(token, Read(query).Text);

    [Theory]
    [InlineData("?token=a&token=a")]
    [InlineData("?token=&token=a")]
    public void A_token_twice_in_the_query_is_bad(string query) => Assert.True(Read(query).IsBad);

    [Fact]
    public void A_token_in_the_query_is_bad_when_it_is_not_allowed_there()
    {
        var options = new TokenOptions { IsInQuery = false };

        Assert.True(Read("?token=a", options: options).IsBad);
        Assert.Equal(CarriedToken.None, Read("?key=K", options: options));
    }

    [Theory]
    [InlineData("Bearer a.b", "a.b", false)]
    [InlineData("bearer  a.b ", "a.b", false)]
    [InlineData("Basic abc", null, false)]
    [InlineData("Bearer ", null, true)]
    public void The_header_carries_a_token(string header, string? token, bool isBad) =>
        Assert.Equal(new CarriedToken(token, isBad), Read("", request => request.Headers.Authorization = header));

    [Fact]
    public void The_first_carrier_decides()
    {
        void Both(HttpRequest request)
        {
            request.Headers.Authorization = "Bearer header";
            request.Headers.Cookie = "session=cookie";
        }

        Assert.Equal("query", Read("?token=query", Both).Text);
        Assert.Equal("header", Read("", Both).Text);
    }

    [Theory]
    [InlineData("session=a", "a", false)]
    [InlineData("x=1; session=a; y=2", "a", false)]
    [InlineData("session=\"a\"", "a", false)]
    [InlineData("xsession=a", null, false)]
    [InlineData("session=", null, false)]
    [InlineData("session=a; session=a", null, true)]
    public void The_cookie_carries_one_token(string cookie, string? token, bool isBad) =>
        Assert.Equal(new CarriedToken(token, isBad), Read("", request => request.Headers.Cookie = cookie));

    [Theory]
    [InlineData(Page, null, "", true)]
    [InlineData("https://evil.example.com", null, "", false)]
    [InlineData(null, null, "", true)]
    [InlineData(null, "same-origin", "", true)]
    [InlineData(null, "same-site", "", false)]
    [InlineData(null, "cross-site", "", false)]
    [InlineData(Page, null, "?j=0", false)]
    [InlineData(null, null, "?j=0", false)]
    public void The_cookie_counts_only_for_pages_that_may_read_the_answer(string? origin, string? site, string query, bool counts)
    {
        var carried = Read(query, request =>
        {
            request.Headers.Cookie = "session=a";
            request.Headers.Origin = origin;
            request.Headers["Sec-Fetch-Site"] = site;
        });

        Assert.Equal(counts ? "a" : null, carried.Text);
    }

    [Fact]
    public void Without_the_setting_no_cookie_is_read() => Assert.Equal(
        CarriedToken.None, Read("", request => request.Headers.Cookie = "session=a", new TokenOptions()));

    private static CarriedToken Read(string query, Action<HttpRequest>? prepare = null, TokenOptions? options = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = HttpMethods.Get;
        context.Request.Scheme = "https";
        context.Request.Host = new HostString("notify.example.com");
        context.Request.QueryString = new QueryString(query);
        prepare?.Invoke(context.Request);
        return new TokenCarriers(options ?? new TokenOptions { Cookie = "session" }, OriginPolicy.Only([Page])).Read(context);
    }
}
