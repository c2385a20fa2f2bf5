using System.Net.Http.Json;
using System.Text.Json;

namespace Notify.Browser.Tests.Bell;

/// <summary>Publishes and reads inboxes as the backend of a team.</summary>
internal static class BellBackend
{
    /// <summary>Publishes a notification to a channel.</summary>
    public static async Task PublishAsync(string url, string channel, object notification, object? fields = null)
    {
        var body = JsonSerializer.SerializeToNode(fields ?? new { })!;
        body["channel"] = channel;
        body["notification"] = JsonSerializer.SerializeToNode(notification);
        using var client = Client();
        using var response = await client.PostAsJsonAsync(new Uri(url + "/api/notifications"), body);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Returns what <c>GET /api/inbox</c> answers.</summary>
    public static async Task<string> ReadAsync(string url, string user)
    {
        using var client = Client();
        return await client.GetStringAsync(new Uri($"{url}/api/inbox?user={user}"));
    }

    /// <summary>Waits until the numbers of an inbox are the expected ones.</summary>
    public static async Task WaitAsync(string url, string user, Func<JsonElement, bool> expected)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!expected(JsonDocument.Parse(await ReadAsync(url, user)).RootElement))
        {
            await Task.Delay(50, patience.Token);
        }
    }

    private static HttpClient Client()
    {
        var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", "NOTIFICATION_SECRET");
        return client;
    }
}
