using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Notify.Server.Options;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Backends;

/// <summary>Tests <c>POST /api/tokens</c>.</summary>
public sealed class IssuedTokenTests : IAsyncLifetime
{
    private const string TokenSecret = "Zx8mQ1vR4nT7kW0pB3cY6hJ9fL2dS5gA";

    private readonly TemporaryFolder _folder = new();
    private readonly NotifyServer _server;
    private readonly NotifyServer _without;

    public IssuedTokenTests()
    {
        var path = _folder.Write("secrets.json", SecretsJson.Of(SecretsJson.Entry("login", "\"tokens\"")));
        var options = SecretsJson.Options(path);
        _without = new NotifyServer(options);
        _server = new NotifyServer(options with
        {
            Token = new TokenOptions { Secret = TokenSecret, Audience = "notify", Issuer = "here", MaxAge = TimeSpan.FromHours(1) },
        });
    }

    public async Task InitializeAsync()
    {
        await _server.InitializeAsync();
        await _without.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _without.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_token_is_signed_and_has_the_claims()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        var answer = await PostAsync(_server, """{"user":"42","channels":["news","team:*"],"seconds":600}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        using var document = JsonDocument.Parse(answer.Bytes);
        var token = document.RootElement.GetProperty("token").GetString()!;
        var expiresAt = document.RootElement.GetProperty("expiresAt").GetInt64();
        Assert.InRange(expiresAt, before + 600, before + 610);
        var parts = token.Split('.');
        Assert.Equal("""{"alg":"HS256","typ":"JWT"}""", Decode(parts[0]));
        Assert.Equal(
            Base64Url.EncodeToString(HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(TokenSecret), Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]))),
            parts[2]);
        Assert.Equal(
            $$"""{"iat":{{expiresAt - 600}},"exp":{{expiresAt}},"sub":"42","aud":"notify","iss":"here","channels":["news","team:*"]}""",
            Decode(parts[1]));
    }

    [Fact]
    public async Task A_token_says_which_announcements_its_user_follows()
    {
        var claims = await ClaimsAsync("""{"user":"42","follow":["announce:all"]}""");
        Assert.EndsWith("\"channels\":[],\"follow\":[\"announce:all\"]}", claims, StringComparison.Ordinal);
        Assert.EndsWith("\"follow\":[]}", await ClaimsAsync("""{"user":"42","follow":[]}"""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "one of them")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"user":"1","user":"2"}""", "not JSON that can be read")]
    [InlineData("""{"user":""}""", "user is not a string of 1 to 190 bytes")]
    [InlineData("""{"user":7}""", "user is not a string")]
    [InlineData("""{"user":"a\u0000b"}""", "without control characters")]
    [InlineData("""{"user":"\ud800"}""", "user is not a string")]
    [InlineData("""{"\ud800":1}""", "half a character")]
    [InlineData("""{"user":"1","seconds":0}""", "seconds is not a whole number from 1 to 3600")]
    [InlineData("""{"user":"1","seconds":3601}""", "seconds is not a whole number from 1 to 3600")]
    [InlineData("""{"user":"1","seconds":"60"}""", "seconds is not a whole number")]
    [InlineData("""{"user":"1","channels":{"0":"a","2":"b"}}""", "array_values()")]
    [InlineData("""{"user":"1","channels":["a*b"]}""", "channels holds something else")]
    [InlineData("""{"user":"1","channels":[7]}""", "channels holds something else")]
    [InlineData("""{"user":"1","ttl":7}""", "ttl is not known; the members are user, channels, follow, seconds.")]
    [InlineData("""{"user":"1","follow":["announce:*"]}""", "follow has the prefix announce:*")]
    [InlineData("""{"user":"1","follow":"announce:all"}""", "follow is not a list of at most 32 strings")]
    [InlineData("""{"user":"1",""", "not JSON that can be read")]
    public async Task What_cannot_be_signed_is_explained(string body, string reason) =>
        Assert.Contains(reason, ApiClient.Problem(await PostAsync(_server, body), 400), StringComparison.Ordinal);

    [Fact]
    public async Task A_token_that_nobody_would_accept_is_not_made()
    {
        var channels = string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"{new string('c', 100)}{i}\""));

        var answer = await PostAsync(_server, $$"""{"user":"1","channels":[{{channels}}]}""");

        Assert.Contains("8192 characters", ApiClient.Problem(answer, 400), StringComparison.Ordinal);
        Assert.Contains("at most 500", ApiClient.Problem(
            await PostAsync(_server, $$"""{"channels":[{{string.Join(',', Enumerable.Repeat("\"a\"", 501))}}]}"""),
            400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_secret_there_is_nothing_to_sign_with() => Assert.Contains(
        "NOTIFY_TOKEN_SECRET", ApiClient.Problem(await PostAsync(_without, """{"user":"1"}"""), 409), StringComparison.Ordinal);

    private async Task<string> ClaimsAsync(string body)
    {
        using var document = JsonDocument.Parse((await PostAsync(_server, body)).Bytes);
        return Decode(document.RootElement.GetProperty("token").GetString()!.Split('.')[1]);
    }

    private static string Decode(string part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));

    private static Task<RawResponse> PostAsync(NotifyServer server, string json) => RawHttp.SendAsync(
        server,
        new RawRequest("POST", "/api/tokens", ["Authorization: Bearer login-secret", "Content-Type: application/json"])
        {
            Body = Encoding.UTF8.GetBytes(json),
        });
}
