#:property PublishAot=false
// dotnet run send.cs CHANNEL JSON
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

var channel = args.Length > 0 ? args[0] : "news";
var json = args.Length > 1 ? args[1] : """{"title":"Hello from C#"}""";
if (Environment.GetEnvironmentVariable("NOTIFY_URL") is not { Length: > 0 } url
    || Environment.GetEnvironmentVariable("NOTIFICATION_SECRET") is not { Length: > 0 } secret)
{
    return Fail("NOTIFY_URL or NOTIFICATION_SECRET is not set");
}

try
{
    using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
    client.DefaultRequestHeaders.Add("notification-secret", secret);
    using var response = await client.PostAsJsonAsync(url + "/send", new { channel, notification = JsonNode.Parse(json) });
    if (response.StatusCode != HttpStatusCode.OK)
    {
        return Fail($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
catch (Exception error) when (error is HttpRequestException or TaskCanceledException or JsonException or UriFormatException)
{
    return Fail(error.Message);
}

Console.WriteLine($"sent to {channel}");
return 0;

static int Fail(string message)
{
    Console.Error.WriteLine($"not sent: {message}");
    return 1;
}
