namespace Notify.Browser.Tests;

/// <summary>Sends as a backend of the original does.</summary>
internal static class Backend
{
    public static async Task SendAsync(string url, string channel, string notification)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("notification_secret", "NOTIFICATION_SECRET");
        using var form = new FormUrlEncodedContent([new("channel", channel), new("notification[description]", notification)]);
        using var response = await client.PostAsync(new Uri(url + "/send"), form);
        response.EnsureSuccessStatusCode();
    }
}
