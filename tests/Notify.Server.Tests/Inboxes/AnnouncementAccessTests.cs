using System.Text;
using System.Text.Json;
using Notify.Protocol.Tokens;
using Notify.Server.Options;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Inboxes;

/// <summary>Tests which announcements a token has in the inbox of its user, and who is told of them.</summary>
public sealed class AnnouncementAccessTests : IAsyncLifetime
{
    private NotifyServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = new NotifyServer(Options("open,announce:pro=token,announce:hidden=closed"));
        await _server.InitializeAsync();
        foreach (var channel in new[] { "announce:all", "announce:pro", "announce:hidden" })
        {
            await _server.SendAsync(channel, "1");
        }
    }

    public Task DisposeAsync() => ((IAsyncLifetime)_server).DisposeAsync();

    [Theory]
    [InlineData("", "user:7,announce:all")]
    [InlineData(",\"follow\":[]", "user:7")]
    [InlineData(",\"follow\":[\"announce:pro\",\"announce:none\",\"news\"]", "user:7,announce:pro")]
    public async Task The_token_says_which_announcements_are_in_the_inbox(string claim, string channels)
    {
        var count = await GetAsync("/inbox/count", Token($"\"sub\":\"7\"{claim}"));
        Assert.Equal(
            channels,
            string.Join(',', count.GetProperty("channels").EnumerateArray().Select(each => each.GetProperty("channel").GetString())));
        var list = await GetAsync("/inbox", Token($"\"sub\":\"7\"{claim}"));
        Assert.Equal(channels.Split(',').Length - 1, list.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_user_marks_the_own_announcements_and_no_others()
    {
        var token = Token("\"sub\":\"8\",\"follow\":[\"announce:pro\"]");
        Assert.Equal(200, (await MarkAsync("""{"of":"announce:pro","as":"read","all":true}""", token)).Status);
        Assert.Equal(403, (await MarkAsync("""{"of":"announce:all","as":"read","all":true}""", token)).Status);
        Assert.Equal(403, (await MarkAsync("""{"of":"user:7","as":"read","all":true}""", token)).Status);
        Assert.Equal(0, (await GetAsync("/inbox/count", token)).GetProperty("unread").GetInt64());
        Assert.Equal(
            1, (await GetAsync("/inbox/count", Token("\"sub\":\"9\",\"follow\":[\"announce:pro\"]"))).GetProperty("unread").GetInt64());
        Assert.Equal(400, (await RawHttp.GetAsync(_server, "/inbox/count?follow=announce:all", Header(token))).Status);
    }

    [Fact]
    public async Task To_follow_grants_the_join_and_nothing_more()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        const string Join = """{"type":"join","channel":"announce:pro","inbox":true,"id":1}""";
        Assert.Contains("\"code\":\"unauthorized\"", await client.AskAsync(Join), StringComparison.Ordinal);
        var token = Token("\"sub\":\"7\",\"follow\":[\"announce:pro\",\"announce:hidden\"]");
        await client.AskAsync($$"""{"type":"auth","token":"{{token}}"}""");
        Assert.Contains("\"type\":\"joined\"", await client.AskAsync(Join), StringComparison.Ordinal);
        Assert.Contains("\"type\":\"announcement\"", await client.ReceiveAsync(), StringComparison.Ordinal);
        var closed = await client.AskAsync("""{"type":"join","channel":"announce:hidden","inbox":true,"id":2}""");
        Assert.Contains("\"code\":\"forbidden\"", closed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_default_that_the_user_may_not_join_is_not_in_the_inbox()
    {
        await using var server = new NotifyServer(Options("open,announce:*=token"));
        await server.InitializeAsync();
        await server.SendAsync("announce:all", "1");
        var answer = await RawHttp.GetAsync(server, "/inbox/count", Header(Token("\"sub\":\"7\"")));
        Assert.Contains("\"unread\":0", answer.Body, StringComparison.Ordinal);
        answer = await RawHttp.GetAsync(server, "/inbox/count", Header(Token("\"sub\":\"7\",\"channels\":[\"announce:all\"]")));
        Assert.Contains("\"unread\":1", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"announce:all\"")]
    [InlineData("[7]")]
    [InlineData("[\"announce:*\"]")]
    [InlineData("[\"\"]")]
    public void A_token_with_a_bad_list_of_announcements_is_malformed(string follow)
    {
        var reading = TokenShape.Read(
            Token($"\"sub\":\"7\",\"follow\":{follow}"), new TokenRules());
        Assert.Equal((TokenFailure.Malformed, "follow is not a list of at most 32 names of channels"), (reading.Failure, reading.Detail));
    }

    private static NotifyOptions Options(string text)
    {
        Assert.True(AccessRules.TryParse(text, out var rules));
        return NotifyServer.Default with
        {
            Token = new TokenOptions { Secret = SignedToken.Secret },
            Access = NotifyServer.Default.Access with { Rules = rules },
        };
    }

    private static string Token(string claims)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return SignedToken.Of($$"""{ {{claims}},"iat":{{now}},"exp":{{now + 900}} }""");
    }

    private static string Header(string token) => $"Authorization: Bearer {token}";

    private async Task<JsonElement> GetAsync(string path, string token)
    {
        var answer = await RawHttp.GetAsync(_server, path, Header(token));
        Assert.True(answer.Status == 200, answer.Body);
        return JsonDocument.Parse(answer.Bytes).RootElement;
    }

    private Task<RawResponse> MarkAsync(string body, string token) => RawHttp.SendAsync(
        _server,
        new RawRequest("POST", "/inbox/mark", [Header(token), "Content-Type: application/json"]) { Body = Encoding.UTF8.GetBytes(body) });
}
