using System.Text;
using System.Text.Json;
using Notify.Server.Options;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Inboxes;

/// <summary>Tests <c>/inbox</c>, the inbox of the user whose token a request carries.</summary>
public sealed class InboxEndpointsTests : IAsyncLifetime
{
    private const string Page = "https://page.example.org";

    private NotifyServer _server = null!;

    public async Task InitializeAsync()
    {
        var options = NotifyServer.Default;
        _server = new NotifyServer(options with
        {
            Token = new TokenOptions { Secret = SignedToken.Secret, Cookie = "notify_token" },
            Connection = options.Connection with { Origins = OriginPolicy.Only(Page), MarkRate = 3 },
        });
        await _server.InitializeAsync();
    }

    public Task DisposeAsync() => ((IAsyncLifetime)_server).DisposeAsync();

    [Fact]
    public async Task A_user_reads_and_marks_the_own_inbox_and_no_other()
    {
        await ApiClient.SendAsync(_server, """{"channel":"user:7","notification":"for seven"}""");
        await ApiClient.SendAsync(_server, """{"channel":"user:8","notification":"for eight"}""");

        var list = await GetAsync("/inbox", User("7"));
        Assert.Equal("for seven", Assert.Single(list.GetProperty("items").EnumerateArray().ToList()).GetProperty("data").GetString());
        var marked = await MarkAsync("""{"as":"read","all":true}""", User("7"));
        Assert.Equal(200, marked.Status);
        Assert.Contains("\"channel\":\"user:7\"", marked.Body, StringComparison.Ordinal);
        Assert.Contains("\"changed\":1", marked.Body, StringComparison.Ordinal);
        Assert.Equal(0, (await GetAsync("/inbox/count", User("7"))).GetProperty("unread").GetInt64());
        Assert.Equal(1, (await GetAsync("/inbox/count", User("8"))).GetProperty("unread").GetInt64());

        var foreign = await MarkAsync("""{"user":"8","as":"read","all":true}""", User("7"));
        Assert.Contains("user is not known", ApiClient.Problem(foreign, 400), StringComparison.Ordinal);
        var query = await RawHttp.GetAsync(_server, "/inbox?user=8", User("7"));
        Assert.Contains("user is not known", ApiClient.Problem(query, 400), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "unauthorized", "Bearer")]
    [InlineData("Authorization: Bearer S1", "bad_token", "Bearer error=\"invalid_token\"")]
    [InlineData("expired", "token_expired", "Bearer error=\"invalid_token\"")]
    [InlineData("channels", "unauthorized", "Bearer")]
    public async Task Nobody_without_a_token_of_a_user_is_answered(string? header, string code, string challenge)
    {
        var given = header switch
        {
            null => "Accept: */*",
            "expired" => Bearer("\"sub\":\"7\"", -7200),
            "channels" => Bearer("\"channels\":[\"user:7\"]", 0),
            _ => header,
        };
        foreach (var answer in new[]
        {
            await RawHttp.GetAsync(_server, "/inbox", given),
            await RawHttp.GetAsync(_server, "/inbox/count", given),
            await MarkAsync("""{"as":"read","all":true}""", given),
        })
        {
            Assert.NotEqual("", ApiClient.Problem(answer, 401));
            Assert.Equal((code, challenge), (Code(answer), answer.Headers["WWW-Authenticate"]));
        }
    }

    [Fact]
    public async Task A_count_that_is_known_is_not_sent_again()
    {
        await ApiClient.SendAsync(_server, """{"channel":"user:etag","notification":1}""");
        var first = await RawHttp.GetAsync(_server, "/inbox/count", User("etag"));
        Assert.Equal("private, no-cache", first.Headers["Cache-Control"]);
        var tag = first.Headers["ETag"];
        var second = await RawHttp.GetAsync(_server, "/inbox/count", User("etag"), $"If-None-Match: \"other\", {tag}");
        Assert.Equal((304, ""), (second.Status, second.Body));

        await MarkAsync("""{"as":"seen","all":true}""", User("etag"));
        Assert.Equal(200, (await RawHttp.GetAsync(_server, "/inbox/count", User("etag"), $"If-None-Match: {tag}")).Status);
    }

    [Fact]
    public async Task Pages_of_allowed_origins_may_ask_and_others_may_not()
    {
        var allowed = await RawHttp.GetAsync(_server, "/inbox/count", User("cors"), $"Origin: {Page}");
        Assert.Equal(
            (200, Page, "true"),
            (allowed.Status, allowed.Headers["Access-Control-Allow-Origin"], allowed.Headers["Access-Control-Allow-Credentials"]));

        var other = await RawHttp.GetAsync(_server, "/inbox/count", User("cors"), "Origin: https://other.example.org");
        Assert.Equal((403, "forbidden"), (other.Status, Code(other)));

        var preflight = await RawHttp.SendAsync(
            _server,
            new RawRequest("OPTIONS", "/inbox/mark", [$"Origin: {Page}", "Access-Control-Request-Headers: authorization,content-type"]));
        Assert.Equal(
            (204, "GET,HEAD,POST", "authorization,content-type"),
            (preflight.Status, preflight.Headers["Access-Control-Allow-Methods"], preflight.Headers["Access-Control-Allow-Headers"]));
    }

    [Fact]
    public async Task The_cookie_marks_only_for_pages_that_may_use_it()
    {
        await ApiClient.SendAsync(_server, """{"channel":"user:cookie","notification":1}""");
        var cookie = User("cookie").Replace("Authorization: Bearer ", "Cookie: notify_token=", StringComparison.Ordinal);
        Assert.Equal(1, (await GetAsync("/inbox/count", cookie)).GetProperty("unread").GetInt64());
        Assert.Equal(401, (await MarkAsync("""{"as":"read","all":true}""", cookie)).Status);
        Assert.Equal(403, (await MarkAsync("""{"as":"read","all":true}""", cookie, "Origin: https://other.example.org")).Status);
        Assert.Equal(200, (await MarkAsync("""{"as":"read","all":true}""", cookie, $"Origin: {Page}")).Status);
    }

    [Fact]
    public async Task A_user_who_asks_too_often_is_told_when_to_ask_again()
    {
        RawResponse answer;
        var asked = 0;
        do
        {
            answer = await RawHttp.GetAsync(_server, "/inbox/count", User("busy"));
        }
        while (answer.Status == 200 && ++asked < 1000);

        Assert.True(asked is >= 30 and < 1000, $"{asked}: {answer.Status} {answer.Body}");
        Assert.Contains("NOTIFY_MARK_RATE", ApiClient.Problem(answer, 429), StringComparison.Ordinal);
        Assert.Equal(("1", "limit"), (answer.Headers["Retry-After"], Code(answer)));
        Assert.Equal(200, (await RawHttp.GetAsync(_server, "/inbox/count", User("calm"))).Status);
    }

    [Theory]
    [InlineData("""{"as":"read","upTo":1,"epoch":"former"}""", 409, "stale_epoch")]
    [InlineData("""{"as":"read"}""", 400, "bad_mark")]
    [InlineData("[]", 400, "bad_mark")]
    public async Task An_error_has_a_code_for_programs(string body, int status, string code)
    {
        await ApiClient.SendAsync(_server, """{"channel":"user:code","notification":1}""");
        var answer = await MarkAsync(body, User("code"));
        Assert.Equal((status, code), (answer.Status, Code(answer)));
    }

    [Fact]
    public async Task A_server_without_keys_for_tokens_says_which_setting_is_missing()
    {
        await using var open = new NotifyServer();
        await open.InitializeAsync();
        var answer = await RawHttp.GetAsync(open, "/inbox", User("7"));
        Assert.Contains("NOTIFY_TOKEN_SECRET", ApiClient.Problem(answer, 401), StringComparison.Ordinal);
    }

    private static string User(string user) => Bearer($"\"sub\":\"{user}\"", 0);

    private static string Bearer(string claims, int shift)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + shift;
        return "Authorization: Bearer " + SignedToken.Of($$"""{ {{claims}},"iat":{{now}},"exp":{{now + 900}} }""");
    }

    private static string Code(RawResponse answer)
    {
        using var document = JsonDocument.Parse(answer.Bytes);
        return document.RootElement.GetProperty("code").GetString()!;
    }

    private async Task<JsonElement> GetAsync(string path, string header)
    {
        var answer = await RawHttp.GetAsync(_server, path, header);
        Assert.Equal(200, answer.Status);
        return JsonDocument.Parse(answer.Bytes).RootElement;
    }

    private Task<RawResponse> MarkAsync(string body, params string[] headers) => RawHttp.SendAsync(
        _server,
        new RawRequest("POST", "/inbox/mark", [.. headers, "Content-Type: application/json"]) { Body = Encoding.UTF8.GetBytes(body) });
}
