using System.IO.Compression;
using System.Text;
using Notify.Server.Tests.Recovery;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Api;

[Collection(SharedServer.Name)]
public sealed class ApiTests(NotifyServer server)
{
    [Fact]
    public async Task A_send_is_answered_with_the_place_of_the_notification()
    {
        using var listener = await Listener.JoinAsync(server, "api é/?&");

        var (places, ids) = await ApiClient.SendAsync(server, """{"channel":"api é/?&","notification":{"a" : [1, "é"]}}""");

        Assert.Equal([("api é/?&", listener.Offset + 1)], places);
        Assert.Equal(22, Assert.Single(ids)!.Length);
        Assert.Equal("""{"a" : [1, "é"]}""", await listener.NextAsync());
    }

    [Fact]
    public async Task Several_channels_are_answered_in_order_and_one_that_is_named_twice_is_sent_to_twice()
    {
        var (places, ids) = await ApiClient.SendAsync(server, """{"notification":null,"channels":["api-b","api-a","api-b"]}""");

        Assert.Equal([("api-b", 1), ("api-a", 1), ("api-b", 2)], places);
        Assert.Equal(ids[0] + ".1", ids[2]);
    }

    [Theory]
    [InlineData(""","idempotencyKey":"order 7" """, null)]
    [InlineData("", "Idempotency-Key: order 7")]
    [InlineData(""","idempotencyKey":"order 7" """, "Idempotency-Key: order 7")]
    public async Task A_request_that_is_repeated_has_the_first_result(string field, string? header)
    {
        var channel = $"api-key-{field.Length}-{header is null}";
        string[] headers = header is null ? [] : [header];
        var first = await ApiClient.SendAsync(server, $$"""{"channel":"{{channel}}","notification":1{{field}}}""", headers);

        var again = await ApiClient.SendAsync(server, $$"""{"channel":"{{channel}}","notification":2{{field}}}""", headers);

        Assert.Equal(first.Places, again.Places);
        Assert.Equal(first.Ids, again.Ids);
    }

    [Fact]
    public async Task A_send_to_a_socket_has_no_place_because_nothing_of_it_is_kept()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);

        var answer = await ApiClient.PostAsync(server, $$"""{"channel":"{{client.Id}}","notification":1}""");

        Assert.Equal(200, answer.Status);
        Assert.Contains("\"epoch\":null,\"offset\":null", answer.Body, StringComparison.Ordinal);
        Assert.Contains("\"data\":1", await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "not an object")]
    [InlineData("", "not JSON")]
    [InlineData("{\"channel\":\"c\"", "not JSON")]
    [InlineData("""{"channel":"c","channel":"d","notification":1}""", "not JSON")]
    [InlineData("""{"notification":1}""", "channel is missing")]
    [InlineData("""{"channel":"c"}""", "notification is missing")]
    [InlineData("""{"channel":1,"notification":1}""", "channel is not a string")]
    [InlineData("""{"channel":"\ud800","notification":1}""", "channel is not a string")]
    [InlineData("""{"channel":"c","notification":1,"\ud800":1}""", "half a character")]
    [InlineData("""{"\udc00":1}""", "half a character")]
    [InlineData("""{"channel":"c","notification":{"\ud800":1}}""", "half a character")]
    [InlineData("""{"channel":"c","notification":1,"idempotencyKey":"\ud800"}""", "idempotencyKey is not a string of 1 to")]
    [InlineData("""{"channels":["\ud800"],"notification":1}""", "channels is not an array of at least one string")]
    [InlineData("""{"channels":[],"notification":1}""", "channels is not an array of at least one string")]
    [InlineData("""{"channels":["c",null],"notification":1}""", "channels is not an array of at least one string")]
    [InlineData("""{"channel":"c","channels":["c"],"notification":1}""", "one of them")]
    [InlineData("""{"channel":"c","notification":1,"idempotency_key":"k"}""", "idempotency_key is not known")]
    [InlineData("""{"channel":"c","notification":1,"idempotencyKey":""}""", "idempotencyKey is not a string of 1 to")]
    [InlineData("""{"channel":"c","notification":1,"idempotencyKey":7}""", "idempotencyKey is not a string of 1 to")]
    public async Task A_body_that_says_something_else_is_refused_with_the_reason(string body, string reason) =>
        Assert.Contains(reason, ApiClient.Problem(await ApiClient.PostAsync(server, body), 400), StringComparison.Ordinal);

    [Fact]
    public async Task A_name_that_is_too_long_is_refused() => Assert.Contains(
        "200 bytes", ApiClient.Problem(
            await ApiClient.PostAsync(server, $$"""{"channel":"{{new string('x', 201)}}","notification":1}"""),
            400), StringComparison.Ordinal);

    [Fact]
    public async Task A_body_that_is_nested_very_deep_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat('[', 20_000));

        ApiClient.Problem(await ApiClient.PostAsync(server, $$"""{"channel":"c","notification":{{deep}}"""), 400);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        var request = new RawRequest("POST", "/api/notifications", ["Authorization: Bearer S1", "Content-Type: application/json"])
        {
            Body = [.. "{\"channel\":\"c\",\"notification\":\""u8, 0xFF, .. "\"}"u8],
        };

        Assert.Equal("The body is not UTF-8.", ApiClient.Problem(await RawHttp.SendAsync(server, request), 400));
    }

    [Fact]
    public async Task A_key_in_two_places_has_to_be_the_same() => Assert.Contains(
        "differ",
        ApiClient.Problem(
            await ApiClient.PostAsync(server, """{"channel":"c","notification":1,"idempotencyKey":"a"}""", "Idempotency-Key: b"),
            400),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_body_that_is_too_long_is_refused_also_when_it_is_compressed()
    {
        var body = $$"""{"channel":"c","notification":"{{new string('x', 200_000)}}"}""";
        var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(body));
        }

        var request = new RawRequest(
            "POST",
            "/api/notifications",
            ["Authorization: Bearer S1", "Content-Type: application/json", "Content-Encoding: gzip"])
        {
            Body = compressed.ToArray(),
        };

        Assert.Contains("NOTIFY_MAX_BODY", ApiClient.Problem(await ApiClient.PostAsync(server, body), 413), StringComparison.Ordinal);
        Assert.Contains("NOTIFY_MAX_BODY", ApiClient.Problem(await RawHttp.SendAsync(server, request), 413), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Type: text/plain", "Content-Type: application/json")]
    [InlineData("Content-Type: application/json\r\nContent-Encoding: br", "gzip")]
    public async Task Another_media_type_or_coding_is_refused(string headers, string reason)
    {
        var request = new RawRequest("POST", "/api/notifications", ["Authorization: Bearer S1", headers]) { Body = "{}"u8.ToArray() };

        Assert.Contains(reason, ApiClient.Problem(await RawHttp.SendAsync(server, request), 415), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/channels")]
    [InlineData("GET", "/api/channel?name=c")]
    [InlineData("GET", "/api/history?channel=c")]
    [InlineData("POST", "/api/notifications")]
    [InlineData("GET", "/api/nothing")]
    public async Task Everything_wants_the_secret(string method, string path)
    {
        var without = await RawHttp.SendAsync(server, new RawRequest(method, path, []));
        var wrong = await RawHttp.SendAsync(server, new RawRequest(method, path, ["notification-secret: K1"]));

        Assert.Contains("NOTIFICATION_SECRET", ApiClient.Problem(without, 401), StringComparison.Ordinal);
        ApiClient.Problem(wrong, 401);
        Assert.Equal("Bearer", without.Headers["WWW-Authenticate"]);
        Assert.False(without.Headers.ContainsKey("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("GET", "/api/notifications", 405)]
    [InlineData("POST", "/api/channels", 405)]
    [InlineData("DELETE", "/api/channel", 405)]
    [InlineData("GET", "/api", 404)]
    [InlineData("GET", "/api/", 404)]
    [InlineData("GET", "/api/history/", 404)]
    public async Task What_is_not_there_says_what_is(string method, string path, int status)
    {
        var answer = await RawHttp.SendAsync(server, new RawRequest(method, path, ["Authorization: Bearer S1"]));

        Assert.Contains("/api/", ApiClient.Problem(answer, status), StringComparison.Ordinal);
        Assert.Equal(status == 405, answer.Headers.ContainsKey("Allow"));
    }

    [Theory]
    [InlineData("/api/channel", "name is missing")]
    [InlineData("/api/channel?name=a&name=b", "name is given 2 times")]
    [InlineData("/api/channel?channel=a", "channel is not known; the parameters are name.")]
    [InlineData("/api/channels?limit=0", "limit is not a number from 1 to 1000")]
    [InlineData("/api/channels?limit=1001", "limit is not a number from 1 to 1000")]
    [InlineData("/api/channels?limit=-1", "limit is not a number from 1 to 1000")]
    [InlineData("/api/history", "channel is missing")]
    [InlineData("/api/history?channel=c&since=1", "since and epoch")]
    [InlineData("/api/history?channel=c&epoch=e", "since and epoch")]
    [InlineData("/api/history?channel=c&epoch=e&since=-1", "since and epoch")]
    [InlineData("/api/history?channel=c&epoch=e&since=x", "since and epoch")]
    [InlineData("/api/history?channel=c&epoch=e&since=99999999999999999999", "since and epoch")]
    [InlineData("/api/history?channel=c&epoch=e&since=earliest", "since and epoch")]
    public async Task A_question_that_cannot_be_meant_is_refused_with_the_reason(string path, string reason) =>
        Assert.Contains(
            reason,
            ApiClient.Problem(await RawHttp.GetAsync(server, path, "Authorization: Bearer S1"), 400),
            StringComparison.Ordinal);
}
