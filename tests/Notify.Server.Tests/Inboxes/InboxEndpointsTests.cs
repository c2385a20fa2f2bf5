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
    public async Task One_item_is_read_by_its_epoch_and_offset()
    {
        await ApiClient.SendAsync(_server, """{"channel":"user:item","notification":"one"}""");
        await ApiClient.SendAsync(_server, """{"channel":"user:item","notification":"two"}""");
        var epoch = await EpochAsync("item");
        await MarkAsync($$"""{"as":"archived","offsets":[1],"epoch":"{{epoch}}"}""", User("item"));
        var item = await GetAsync($"/inbox/item?channel=user%3Aitem&epoch={epoch}&offset=1", User("item"));
        Assert.Equal(("one", true), (item.GetProperty("data").GetString(), item.GetProperty("archived").GetBoolean()));
        Assert.Equal("two", (await GetAsync($"/inbox/item?epoch={epoch}&offset=2", User("item"))).GetProperty("data").GetString());

        await MarkAsync($$"""{"as":"deleted","offsets":[2],"epoch":"{{epoch}}"}""", User("item"));
        foreach (var (query, status, code) in new[]
        {
            ($"epoch={epoch}&offset=2", 404, "gone"),
            ($"epoch={epoch}&offset=3", 404, "gone"),
            ("epoch=former&offset=1", 404, "gone"),
            ($"channel=user%3Aother&epoch={epoch}&offset=1", 403, "forbidden"),
            ($"epoch={epoch}&offset=0", 400, "bad_query"),
            ("offset=1", 400, "bad_query"),
        })
        {
            var answer = await RawHttp.GetAsync(_server, $"/inbox/item?{query}", User("item"));
            Assert.Equal((status, code), (answer.Status, Code(answer)));
        }
    }

    [Fact]
    public async Task A_form_marks_and_the_browser_goes_on_to_a_page_that_is_known()
    {
        await ApiClient.SendAsync(_server, """{"channel":"user:form","notification":1}""");
        await ApiClient.SendAsync(_server, """{"channel":"user:form","notification":2}""");
        var epoch = await EpochAsync("form");
        var cookie = User("form").Replace("Authorization: Bearer ", "Cookie: notify_token=", StringComparison.Ordinal);

        var one = await FormAsync($"as=read&upTo=1&epoch={epoch}&return=%2Fposts%3Fa%3D1", cookie, $"Origin: {Page}");
        Assert.Equal((303, "/posts?a=1", ""), (one.Status, one.Headers["Location"], one.Body));
        Assert.Equal(1, (await GetAsync("/inbox/count", User("form"))).GetProperty("unread").GetInt64());
        var all = await FormAsync($"as=read&all=true&return={Uri.EscapeDataString(Page + "/after")}", cookie, $"Origin: {Page}");
        Assert.Equal((303, Page + "/after"), (all.Status, all.Headers["Location"]));
        var without = await FormAsync("as=read&all=true", cookie, $"Origin: {Page}");
        Assert.Contains("\"unread\":0", without.Body, StringComparison.Ordinal);

        foreach (var (body, reason) in new[]
        {
            ("as=unread&all=true&return=%2F%2Fother.example.net", "return is neither a path"),
            ("as=unread&all=true&return=https%3A%2F%2Fother.example.net%2F", "return is neither a path"),
            ("as=unread&all=true&return=%2F%5Cother.example.net", "return is neither a path"),
            ("as=unread&all=true&return=%2F%0D%0ASet-Cookie%3A+a%3Db", "return is neither a path"),
            ("as=unread&all=yes&return=%2F", "all is not true."),
            ("as=unread&upTo=x&epoch=e", "upTo is not an offset"),
            ("as=unread&all=true&al=1", "al is not known"),
            ("as=unread&as=read&all=true", "as is given 2 times."),
        })
        {
            var answer = await FormAsync(body, cookie, $"Origin: {Page}");
            Assert.Contains(reason, ApiClient.Problem(answer, 400), StringComparison.Ordinal);
            Assert.False(answer.Headers.ContainsKey("Location"));
        }

        Assert.Equal(401, (await FormAsync("as=unread&all=true&return=%2F", cookie)).Status);
        Assert.Equal(403, (await FormAsync("as=unread&all=true&return=%2F", cookie, "Origin: https://other.example.org")).Status);
        Assert.Equal(0, (await GetAsync("/inbox/count", User("form"))).GetProperty("unread").GetInt64());
    }

    [Fact]
    public async Task A_link_leads_to_the_address_of_the_item_and_marks_it_when_a_user_follows_it()
    {
        await ApiClient.SendAsync(
            _server, """{"channel":"user:go","notification":{"title":"A","url":"https://app.example.com/posts/9#c4"} }""");
        await ApiClient.SendAsync(_server, """{"channel":"user:go","notification":{"url":"javascript:alert(1)"} }""");
        var link = $"/inbox/go?channel=user%3Ago&epoch={await EpochAsync("go")}&offset=";
        var cookie = User("go").Replace("Authorization: Bearer ", "Cookie: notify_token=", StringComparison.Ordinal);
        const string Navigates = "Sec-Fetch-Mode: navigate";
        const string FromAnywhere = "Sec-Fetch-Site: cross-site";
        const string Expected = "https://app.example.com/posts/9#c4";

        // Programs that check links, and browsers that load ahead.
        foreach (var headers in new string[][]
        {
            [cookie],
            [User("go")],
            [cookie, Navigates, FromAnywhere, "Sec-Purpose: prefetch"],
            [cookie, Navigates, FromAnywhere, "Sec-Purpose: prefetch;prerender"],
        })
        {
            var seen = await RawHttp.GetAsync(_server, link + "1", headers);
            Assert.Equal((303, Expected), (seen.Status, seen.Headers["Location"]));
        }

        var head = await RawHttp.SendAsync(_server, new RawRequest("HEAD", link + "1", [cookie, Navigates, FromAnywhere]));
        Assert.Equal(303, head.Status);
        Assert.Equal(2, (await GetAsync("/inbox/count", User("go"))).GetProperty("unread").GetInt64());

        var followed = await RawHttp.GetAsync(_server, link + "1", cookie, Navigates, FromAnywhere);
        Assert.Equal((303, Expected, "no-store"), (followed.Status, followed.Headers["Location"], followed.Headers["Cache-Control"]));
        Assert.Equal(1, (await GetAsync("/inbox/count", User("go"))).GetProperty("unread").GetInt64());
        Assert.True((await GetAsync("/inbox/item" + link["/inbox/go".Length..] + "1", User("go"))).GetProperty("clicked").GetBoolean());

        var other = await RawHttp.GetAsync(_server, link + "2", cookie, Navigates);
        Assert.Equal((404, "gone"), (other.Status, Code(other)));

        // A script of another page may not use the cookie, and nobody goes without one.
        Assert.Equal(401, (await RawHttp.GetAsync(_server, link + "1", cookie, FromAnywhere, "Sec-Fetch-Mode: cors")).Status);
        Assert.Equal(401, (await RawHttp.GetAsync(_server, link + "1", Navigates)).Status);
        Assert.Equal(401, (await RawHttp.GetAsync(_server, "/inbox/count", cookie, Navigates, FromAnywhere)).Status);
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

    private async Task<string> EpochAsync(string user) =>
        (await GetAsync("/inbox/count", User(user))).GetProperty("channels")[0].GetProperty("epoch").GetString()!;

    private Task<RawResponse> FormAsync(string body, params string[] headers) => RawHttp.SendAsync(
        _server,
        new RawRequest("POST", "/inbox/mark", [.. headers, "Content-Type: application/x-www-form-urlencoded"])
        {
            Body = Encoding.UTF8.GetBytes(body),
        });

    private Task<RawResponse> MarkAsync(string body, params string[] headers) => RawHttp.SendAsync(
        _server,
        new RawRequest("POST", "/inbox/mark", [.. headers, "Content-Type: application/json"]) { Body = Encoding.UTF8.GetBytes(body) });
}
