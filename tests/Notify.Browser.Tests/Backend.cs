namespace Notify.Browser.Tests;

/// <summary>Publishes like a backend of the original server.</summary>
internal static class Backend
{
    public static async Task SendAsync(string url, string channel, string notification)
    {
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=127.0.0.1",
        };
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Add("notification_secret", "NOTIFICATION_SECRET");
        using var form = new FormUrlEncodedContent([new("channel", channel), new("notification[description]", notification)]);
        using var response = await client.PostAsync(new Uri(url + "/send"), form);
        response.EnsureSuccessStatusCode();
    }
}
