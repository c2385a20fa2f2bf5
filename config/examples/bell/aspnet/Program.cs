// dotnet run --urls http://localhost:8000
using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bell;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRazorPages();
builder.Services.AddRazorComponents();
builder.Services.AddHttpClient<Inboxes>(client =>
{
    client.BaseAddress = new Uri(Settings.Url);
    client.Timeout = TimeSpan.FromSeconds(2);
    client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Settings.Secret);
});

var app = builder.Build();
app.UseAntiforgery();
app.MapRazorPages();
app.MapRazorComponents<Blazor>();
app.MapGet("/notify-token", (HttpContext context) =>
{
    context.Response.Headers.CacheControl = "no-store";
    return Results.Text(Tokens.Of(Settings.User));
});
app.Run();

namespace Bell
{
    /// <summary>Reads the settings.</summary>
    public static class Settings
    {
        /// <summary>The user who is signed in.</summary>
        public const string User = "42";

        public static string Url => Environment.GetEnvironmentVariable("NOTIFY_URL") ?? "http://localhost:3000";

        public static string Key => Environment.GetEnvironmentVariable("NOTIFICATION_KEY") ?? "NOTIFICATION_KEY";

        public static string Secret => Environment.GetEnvironmentVariable("NOTIFICATION_SECRET") ?? "";

        public static string TokenSecret => Environment.GetEnvironmentVariable("NOTIFY_TOKEN_SECRET") ?? "";
    }

    /// <summary>Reads inboxes for the first paint.</summary>
    public sealed class Inboxes(HttpClient client)
    {
        /// <summary>Reads an inbox. Without an answer the page is shown anyway, and the bell loads its list itself.</summary>
        public async Task<Inbox> ReadAsync(string user)
        {
            try
            {
                var state = await client.GetStringAsync($"/api/inbox?limit=10&user={Uri.EscapeDataString(user)}");
                return JsonSerializer.Deserialize<Inbox>(state, JsonSerializerOptions.Web)! with { State = state };
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                return new Inbox(0, []);
            }
        }
    }

    /// <summary>Represents an inbox, and the whole answer as JSON.</summary>
    public sealed record Inbox(long Unread, IReadOnlyList<Item> Items)
    {
        public string? State { get; init; }
    }

    /// <summary>Represents one item.</summary>
    public sealed record Item(JsonElement Data, string? GoUrl)
    {
        public string Title => Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty("title", out var title)
            ? title.ToString()
            : Data.ToString();

        public string Address => GoUrl is null ? "#" : Settings.Url + GoUrl;
    }

    /// <summary>Makes tokens. A server of yours that has the package of Notify's client uses that instead.</summary>
    public static class Tokens
    {
        public static string Of(string user)
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var claims = JsonSerializer.Serialize(new { sub = user, iat = now, exp = now + 900 });
            var body = $"{Encode("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Encode(Encoding.UTF8.GetBytes(claims))}";
            var key = Encoding.UTF8.GetBytes(Settings.TokenSecret);
            return $"{body}.{Encode(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(body)))}";
        }

        private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
    }
}
