using Microsoft.Playwright;
using Notify.Server;
using Notify.Server.Limits;
using Notify.Server.Options;

namespace Notify.Browser.Tests;

/// <summary>The console of a server with a key of its own, behind a proxy, and where other pages may not connect.</summary>
public class ConsoleAccessTests(Chromium chromium) : IClassFixture<Chromium>
{
    public static TheoryData<string> Transports => ["Socket.IO", "WebSocket", "Server-sent events"];

    [Fact]
    public async Task Has_the_key_of_the_server_on_its_own_host()
    {
        await using var broker = await StartAsync("my \"key\"");
        await using var console = await ConsoleVisit.OpenAsync(chromium, broker.Url);
        await Assertions.Expect(console.Page.Locator("#key")).ToHaveValueAsync("my \"key\"");
        await Assertions.Expect(console.Page.Locator("#secret")).ToHaveValueAsync("");
        await console.JoinAsync("news");
        Assert.Empty(console.Faults());
    }

    [Fact]
    public async Task Asks_for_the_key_on_another_host()
    {
        await using var broker = await StartAsync("my key");
        await using var console = await ConsoleVisit.OpenAsync(chromium, broker.Url, new BrowserNewContextOptions
        {
            ExtraHTTPHeaders = [new("X-Forwarded-For", "203.0.113.9")],
        });
        await Assertions.Expect(console.Page.Locator("#key")).ToHaveValueAsync("");
        await console.Page.ClickAsync("#join-button");
        await console.KeyProblemIsAsync("Type the key first: the NOTIFICATION_KEY of the server.");

        await console.Page.FillAsync("#key", "my key");
        await console.KeyProblemIsAsync("");
        await console.Page.PressAsync("#key", "Enter");
        await Assertions.Expect(console.Joined).ToContainTextAsync("joined, nothing sent yet");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Works_behind_a_path_prefix_where_other_pages_may_not_connect(string transport)
    {
        Assert.True(TrustedProxies.TryParse("loopback", out var proxies));
        await using var broker = await Broker.StartAsync(options => options with
        {
            Access = new AccessOptions { IsInsecure = true },
            Connection = new() { Origins = OriginPolicy.Only("https://app.example.com") },
            Address = new AddressLimitOptions { Proxies = proxies },
        });
        await using var proxy = await PrefixProxy.StartAsync(broker);
        await using var console = await ConsoleVisit.OpenAsync(chromium, proxy.Url);
        await console.ChooseAsync(transport);
        await console.JoinAsync("news");
        await console.SendAsync();
        await console.ArrivedAsync("news", 1, "You have mail");
        await Assertions.Expect(console.Page.Locator("#receiver")).ToContainTextAsync("/tools/notify/");
        await Assertions.Expect(console.Page.Locator("#sender")).ToContainTextAsync(proxy.Url + "send");
        Assert.Empty(console.Faults());
        Assert.Equal(403, await StatusAsync(broker.Url, "https://evil.example"));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Connects_where_only_other_origins_are_listed(string transport)
    {
        await using var broker = await Broker.StartAsync(0, "https://app.example.com");
        await using var console = await ConsoleVisit.OpenAsync(chromium, broker.Url);
        var opening = transport == "Server-sent events" ? null : console.Page.WaitForWebSocketAsync();
        await console.ChooseAsync(transport);
        await console.JoinAsync("news");
        await console.SendAsync();
        await console.ArrivedAsync("news", 1, "You have mail");
        if (opening is not null)
        {
            // Socket.IO would go on by polling without a word.
            Assert.False((await opening).IsClosed);
        }

        Assert.Empty(console.Faults());
    }

    private static Task<Broker> StartAsync(string key) =>
        Broker.StartAsync(options => options with { Access = new AccessOptions { Key = key, Secret = "my secret" } });

    private static async Task<int> StatusAsync(string url, string origin)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, url + "/socket.io/?EIO=4&transport=polling");
        request.Headers.Add("Origin", origin);
        using var response = await client.SendAsync(request);
        return (int)response.StatusCode;
    }
}
