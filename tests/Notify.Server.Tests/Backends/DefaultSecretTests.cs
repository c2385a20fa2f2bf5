using System.Text;
using Notify.Server.Backends;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Backends;

/// <summary>Tests the answers to a wrong secret byte for byte, and the well-known default secret beside a file.</summary>
public sealed class DefaultSecretTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_secret_is_answered_the_same_with_and_without_a_file(bool hasFile)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("secrets.json", SecretsJson.Of(SecretsJson.Entry("shop", "\"send\"")));
        var server = new NotifyServer(hasFile ? SecretsJson.Options(path) : NotifyServer.Default);
        await server.InitializeAsync();
        try
        {
            var send = await RawHttp.SendAsync(server, new RawRequest("POST", "/send", ["notification_secret: wrong"]));
            var api = await RawHttp.GetAsync(server, "/api/channels", "Authorization: Bearer wrong");

            Assert.Equal(
                (401, "application/json; charset=utf-8", "\"invalid notification secret\""), (send.Status, send.ContentType, send.Body));
            Assert.False(send.Headers.ContainsKey("WWW-Authenticate"));
            Assert.Equal((401, "application/problem+json"), (api.Status, api.ContentType));
            Assert.Equal(
                """{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.2","title":"Unauthorized","status":401,"""
                    + "\"detail\":\"The request does not carry the secret: Authorization: Bearer, followed by NOTIFICATION_SECRET.\"}",
                api.Body);
            Assert.Equal(("Bearer", "no-store"), (api.Headers["WWW-Authenticate"], api.Headers["Cache-Control"]));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Beside_a_file_the_well_known_secret_opens_nothing_and_the_console_does_not_offer_it()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("secrets.json", SecretsJson.Of(SecretsJson.Entry("shop", "\"send\"")));
        var server = new NotifyServer(SecretsJson.Options(path, "NOTIFICATION_SECRET"));
        await server.InitializeAsync();
        try
        {
            var answer = await RawHttp.GetAsync(server, "/api/channels", "Authorization: Bearer NOTIFICATION_SECRET");
            ApiClient.Problem(answer, 401);
            var shop = await RawHttp.SendAsync(server, new RawRequest(
                "POST", "/send", ["notification_secret: shop-secret", "X-Forwarded-For: 192.0.2.1"]));
            Assert.Equal((406, "\"Missing parameters\""), (shop.Status, shop.Body));
            var page = await RawHttp.GetAsync(server, "/");
            Assert.DoesNotContain("NOTIFICATION_SECRET\"", page.Body, StringComparison.Ordinal);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("sécret", "iso-8859-1", true)]
    [InlineData("sécret", "utf-8", true)]
    [InlineData("秘密", "utf-8", true)]
    [InlineData("秘密", "ascii", false)]
    public void A_secret_is_found_in_both_of_its_forms(string secret, string encoding, bool isFound)
    {
        var secrets = new BackendSecrets(BackendSecrets.OfSettings(new() { Secret = secret }, new SendRate(0, TimeProvider.System)));

        var backend = secrets.Find(Encoding.GetEncoding(encoding).GetBytes(secret));

        Assert.Equal(isFound, backend is not null);
        Assert.Equal(isFound ? BackendScopes.OfDefaultSecret : null, backend?.Scopes);
    }

    [Fact]
    public void A_new_secret_fits_its_entry()
    {
        var text = NewSecret.Print("shop");
        var lines = text.Split('\n', StringSplitOptions.TrimEntries);

        var secret = lines.Single(line => line.Length == 43);

        Assert.Contains($"\"name\": \"shop\", \"sha256\": [\"{SecretsJson.Hash(secret)}\"]", text, StringComparison.Ordinal);
        Assert.NotEqual(text, NewSecret.Print("shop"));
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("secret", "Shop")]
    [InlineData("secret", "default")]
    [InlineData("secret", "shop", "admin")]
    public void A_secret_needs_a_name(params string[] arguments) =>
        Assert.Contains("secret wants one name", CommandLine.Parse(arguments).Error, StringComparison.Ordinal);

    [Fact]
    public async Task The_program_prints_a_secret()
    {
        var end = await ServerProgram.RunAsync(["secret", "shop"]);

        Assert.Equal((0, ""), (end.Code, end.Error));
        Assert.Contains("\"name\": \"shop\"", end.Output, StringComparison.Ordinal);
    }
}
