using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;
using Notify.Server.Inboxes;
using Notify.Server.Options;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Inboxes;

/// <summary>Tests links that need no token, for e-mails.</summary>
public sealed class ItemLinkTests : IAsyncLifetime
{
    private const string All = "announce:all";
    private const string Navigates = "Sec-Fetch-Mode: navigate";

    private readonly TemporaryFolder _folder = new();
    private NotifyServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = Server();
        await _server.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Who_follows_the_link_of_an_item_has_read_it()
    {
        await ApiClient.SendAsync(_server, """{"channel":"user:a/b&c","notification":{"url":"/posts/9"}}""");
        await ApiClient.SendAsync(_server, """{"channel":"user:a/b&c","notification":{"title":"leads nowhere"}}""");
        await ApiClient.SendAsync(_server, """{"channel":"announce:all","notification":{"url":"https://example.org/new"}}""");
        var items = await ItemsAsync();
        Assert.Equal([true, false, true], items.Select(item => item.TryGetProperty("goUrl", out _)));
        var (announcement, own) = (GoUrl(items[0]), GoUrl(items[2]));

        // Programs that check links mark nothing.
        Assert.Equal((303, "/posts/9"), Of(await RawHttp.GetAsync(_server, own)));
        Assert.Equal(3, await UnreadAsync());
        Assert.Equal((303, "/posts/9"), Of(await RawHttp.GetAsync(_server, own, Navigates)));
        Assert.Equal((303, "https://example.org/new"), Of(await RawHttp.GetAsync(_server, announcement, Navigates)));
        Assert.Equal(1, await UnreadAsync());

        var item = await GetAsync($"/api/inbox/item?user=a%2Fb%26c&epoch={items[2].GetProperty("epoch").GetString()}&offset=1");
        Assert.True(item.GetProperty("clicked").GetBoolean());
        Assert.StartsWith("/inbox/go?user=a%2Fb%26c&epoch=", GoUrl(item), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user=7", "user=8")]
    [InlineData("offset=1", "offset=2")]
    [InlineData("&epoch=", "&channel=announce:all&epoch=")]
    [InlineData("&x=1", "&x=2")]
    [InlineData("&s=", "&s=A")]
    public async Task A_link_is_good_for_nothing_else(string before, string after)
    {
        await ApiClient.SendAsync(_server, """{"channel":"user:7","notification":{"url":"/a"}}""");
        await ApiClient.SendAsync(_server, """{"channel":"user:7","notification":{"url":"/b"}}""");
        var link = GoUrl((await ItemsAsync("7"))[1]);
        Assert.Contains(before, link, StringComparison.Ordinal);
        var answer = await RawHttp.GetAsync(_server, link.Replace(before, after, StringComparison.Ordinal), Navigates);
        Assert.Contains("\"code\":\"bad_link\"", answer.Body, StringComparison.Ordinal);
        Assert.Equal(401, answer.Status);
        Assert.Equal(2, await UnreadAsync("7"));
    }

    [Fact]
    public async Task A_link_is_good_after_a_restart()
    {
        await ApiClient.SendAsync(_server, """{"channel":"user:7","notification":{"url":"/a"}}""");
        var link = GoUrl((await ItemsAsync("7"))[0]);
        await _server.StopAsync();
        await using (var again = Server())
        {
            await again.InitializeAsync();
            Assert.Equal(303, (await RawHttp.GetAsync(again, link)).Status);
            await again.StopAsync();
        }
    }

    [Fact]
    public async Task A_link_expires_after_thirty_days()
    {
        var time = new FakeTimeProvider();
        var links = new ItemLinks(() => Task.FromResult<byte[]?>(new byte[32]), time);
        var item = new ItemAddress(null, "e", 1);
        var query = QueryHelpers.ParseQuery((await links.OfAsync("7"))!(item));
        var expiry = long.Parse(query["x"]!, CultureInfo.InvariantCulture);
        var signature = query["s"].ToString();
        Assert.True(await links.AllowAsync("7", item, expiry, signature));
        time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        Assert.True(await links.AllowAsync("7", item, expiry, signature));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await links.AllowAsync("7", item, expiry, signature));
    }

    [Fact]
    public async Task The_memory_store_has_no_links()
    {
        await using var server = new NotifyServer();
        await server.InitializeAsync();
        await ApiClient.SendAsync(server, """{"channel":"user:7","notification":{"url":"/a"}}""");
        var list = await ApiClient.GetAsync(server, "/api/inbox?user=7");
        Assert.False(list.GetProperty("items")[0].TryGetProperty("goUrl", out _));
        Assert.Equal(401, (await RawHttp.GetAsync(server, "/inbox/go?user=7&epoch=e&offset=1&x=9999999999&s=AAAA")).Status);
        Assert.Equal(400, (await RawHttp.GetAsync(server, "/inbox/go?user=7&epoch=e&offset=1&s=AAAA")).Status);
    }

    private static (int Status, string Location) Of(RawResponse response) =>
        (response.Status, response.Headers.GetValueOrDefault("Location", response.Body));

    private static string GoUrl(JsonElement item) => item.GetProperty("goUrl").GetString()!;

    private NotifyServer Server() => new(NotifyServer.Default with
    {
        Store = new() { Location = $"sqlite:{_folder.Path}/notify.db" },
        Token = new TokenOptions { Secret = SignedToken.Secret },
    });

    private Task<JsonElement> GetAsync(string path) => ApiClient.GetAsync(_server, path);

    private async Task<List<JsonElement>> ItemsAsync(string user = "a%2Fb%26c") =>
        [.. (await GetAsync($"/api/inbox?user={user}&follow={All}")).GetProperty("items").EnumerateArray()];

    private async Task<long> UnreadAsync(string user = "a%2Fb%26c") =>
        (await GetAsync($"/api/inbox/count?user={user}&follow={All}")).GetProperty("unread").GetInt64();
}
