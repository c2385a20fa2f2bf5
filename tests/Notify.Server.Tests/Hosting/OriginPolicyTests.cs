namespace Notify.Server.Tests.Hosting;

public sealed class OriginPolicyTests
{
    private static readonly OriginPolicy Policy =
        OriginPolicy.Only(["https://*.example.com", "http://*.localhost:8080", "https://example.org"]);

    [Theory]
    [InlineData("", true)]
    [InlineData("https://app.example.com", true)]
    [InlineData("https://APP.Example.com", true)]
    [InlineData("https://a.b.example.com", true)]
    [InlineData("http://app.localhost:8080", true)]
    [InlineData("https://example.org", true)]
    [InlineData("https://example.com", false)]
    [InlineData("https://.example.com", false)]
    [InlineData("http://app.example.com", false)]
    [InlineData("https://app.example.com:8443", false)]
    [InlineData("https://appexample.com", false)]
    [InlineData("https://app.example.com.evil.org", false)]
    [InlineData("https://evil.org/.example.com", false)]
    [InlineData("https://evil.org:1.example.com", false)]
    [InlineData("https://user@evil.example.com", false)]
    [InlineData("https://www.example.org", false)]
    [InlineData("http://app.localhost", false)]
    [InlineData("null", false)]
    public void A_star_stands_for_subdomains_and_nothing_else(string origin, bool isAllowed) =>
        Assert.Equal(isAllowed, Policy.Allows(origin));
}
