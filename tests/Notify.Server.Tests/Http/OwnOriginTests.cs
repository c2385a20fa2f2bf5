using Notify.Server.Limits;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Http;

/// <summary>Pages of the server's own origin may connect where the settings name only others.</summary>
public sealed class OwnOriginTests : IAsyncLifetime
{
    private readonly NotifyServer _server = new(NotifyServer.Default with
    {
        Connection = new() { Origins = OriginPolicy.Only("https://app.example.com") },
        Address = new() { Proxies = Proxies("192.0.2.1") },
    });

    private readonly NotifyServer _proxied = new(NotifyServer.Default with
    {
        Connection = new() { Origins = OriginPolicy.Only("https://app.example.com") },
        Address = new() { Proxies = Proxies("loopback") },
    });

    public static TheoryData<string> Paths =>
        ["/socket.io/?EIO=4&transport=polling", "/events?key=K1&channel=c", "/ws?key=K1"];

    public async Task InitializeAsync()
    {
        await _server.InitializeAsync();
        await _proxied.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _proxied.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task The_own_origin_is_allowed(string path)
    {
        var own = _server.Address.GetLeftPart(UriPartial.Authority);
        Assert.True(await IsAllowedAsync(_server, path, own));
        Assert.True(await IsAllowedAsync(_server, path, "https://app.example.com"));
        Assert.False(await IsAllowedAsync(_server, path, own.Replace("http:", "https:", StringComparison.Ordinal)));
        Assert.False(await IsAllowedAsync(_server, path, own[..^1]));
        Assert.False(await IsAllowedAsync(_server, path, own + "0"));
        Assert.False(await IsAllowedAsync(_server, path, "https://evil.example"));
        Assert.False(await IsAllowedAsync(_server, path, "null"));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_trusted_proxy_says_what_the_own_origin_is_and_nobody_else(string path)
    {
        string[] forwarded = ["X-Forwarded-Proto: https", "X-Forwarded-Host: notify.example.com"];
        Assert.True(await IsAllowedAsync(_proxied, path, "https://notify.example.com", forwarded));
        string[] withPort = [forwarded[0], "X-Forwarded-Host: notify.example.com:443"];
        Assert.True(await IsAllowedAsync(_proxied, path, "https://notify.example.com", withPort));
        Assert.False(await IsAllowedAsync(_proxied, path, "http://notify.example.com", forwarded));
        Assert.False(await IsAllowedAsync(_server, path, "https://notify.example.com", forwarded));
    }

    [Fact]
    public async Task The_key_is_not_shown_to_a_client_of_a_trusted_proxy()
    {
        var page = await RawHttp.GetAsync(_proxied, "/", "X-Forwarded-Proto: https", "X-Forwarded-Host: localhost");
        Assert.DoesNotContain("K1", page.Body, StringComparison.Ordinal);
    }

    private static TrustedProxies Proxies(string text) =>
        TrustedProxies.TryParse(text, out var proxies) ? proxies : throw new ArgumentException(text, nameof(text));

    private static async Task<bool> IsAllowedAsync(NotifyServer server, string path, string origin, params string[] headers)
    {
        // A stream has no end, and its headers are enough.
        var method = path.StartsWith("/events", StringComparison.Ordinal) ? "HEAD" : "GET";
        var status = (await RawHttp.SendAsync(server, new RawRequest(method, path, ["Origin: " + origin, .. headers]))).Status;
        Assert.Contains(status, (int[])[200, 403, 426]);
        return status != 403;
    }
}
