using System.Text;
using System.Text.Json;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Api;

/// <summary>Calls <c>/api</c> like a backend.</summary>
internal static class ApiClient
{
    /// <summary>Returns a response, which must be 200.</summary>
    public static async Task<JsonElement> GetAsync(IServer server, string path)
    {
        var answer = await RawHttp.GetAsync(server, path, $"Authorization: Bearer {NotifyServer.Secret}");
        Assert.Equal((200, "application/json; charset=utf-8"), (answer.Status, answer.ContentType));
        return JsonDocument.Parse(answer.Bytes).RootElement;
    }

    /// <summary>
    /// Works like <see cref="GetAsync"/>, and repeats the request while an actor does not answer in its 400 ms, as on a busy machine (503).
    /// </summary>
    public static async Task<JsonElement> GetInTimeAsync(IServer server, string path)
    {
        JsonElement? found = null;
        await TestTimeouts.UntilAsync(async () =>
        {
            var answer = await RawHttp.GetAsync(server, path, $"Authorization: Bearer {NotifyServer.Secret}");
            if (answer.Status != 503)
            {
                Assert.Equal((200, "application/json; charset=utf-8"), (answer.Status, answer.ContentType));
                found = JsonDocument.Parse(answer.Bytes).RootElement;
            }

            return found is not null;
        });
        return found!.Value;
    }

    public static Task<RawResponse> PostAsync(IServer server, string json, params string[] headers) => RawHttp.SendAsync(
        server,
        new RawRequest(
            "POST",
            "/api/notifications",
            [$"Authorization: Bearer {NotifyServer.Secret}", "Content-Type: application/json", .. headers])
        {
            Body = Encoding.UTF8.GetBytes(json),
        });

    /// <summary>Returns the results of a publish, which must succeed: channel and offset, and the ids.</summary>
    public static async Task<(
        IReadOnlyList<(string? Channel, long? Offset)> Places,
        IReadOnlyList<string?> Ids)> SendAsync(IServer server, string json, params string[] headers)
    {
        var answer = await PostAsync(server, json, headers);
        Assert.Equal(200, answer.Status);
        using var document = JsonDocument.Parse(answer.Bytes);
        var results = document.RootElement.GetProperty("results").EnumerateArray().ToList();
        return (
            [.. results.Select(result => (result.GetProperty("channel").GetString(), Number(result.GetProperty("offset"))))],
            [.. results.Select(result => result.GetProperty("id").GetString())]);
    }

    /// <summary>Checks that a response is a problem, and returns its detail.</summary>
    public static string Problem(RawResponse answer, int status)
    {
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.ContentType.Split(';')[0]));
        using var document = JsonDocument.Parse(answer.Bytes);
        Assert.Equal(status, document.RootElement.GetProperty("status").GetInt32());
        Assert.NotEqual("", document.RootElement.GetProperty("title").GetString());
        return document.RootElement.GetProperty("detail").GetString()!;
    }

    private static long? Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetInt64();
}
