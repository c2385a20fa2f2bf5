using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Notify.Server.Access;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Access;

/// <summary>Tests what the backend is sent, and that it can verify who sent it.</summary>
public sealed class AuthorizeClientRequestTests
{
    private const string Former = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    [Fact]
    public async Task The_body_has_every_member_and_null_for_what_is_unknown()
    {
        var (request, _) = await SentAsync(AuthorizeHost.Question());
        Assert.Equal(
            "{\"type\":\"join\",\"channel\":\"order:7\",\"user\":\"42\",\"session\":\"s1\",\"connection\":\"c1\","
                + "\"transport\":\"socketio\",\"address\":\"203.0.113.9\",\"origin\":\"https://app.example.com\"}",
            request.Body);
        Assert.Equal("POST /authorize application/json", request.Line);

        (request, _) = await SentAsync(new AuthorizeQuestion("a\"b", null, null, "c", "events", null, null, []));
        Assert.Equal(
            "{\"type\":\"join\",\"channel\":\"a\\u0022b\",\"user\":null,\"session\":null,\"connection\":\"c\",\"transport\":\"events\","
                + "\"address\":null,\"origin\":null}",
            request.Body);
    }

    [Fact]
    public async Task The_signature_is_that_of_Standard_Webhooks()
    {
        var (request, now) = await SentAsync(AuthorizeHost.Question());

        var timestamp = request.Headers["webhook-timestamp"];
        Assert.Equal(now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), timestamp);
        Assert.Matches("^msg_[0-9a-f]{32}$", request.Headers["webhook-id"]);
        Assert.Equal(SignatureOf(AuthorizeHost.Secret, request), request.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task While_there_is_a_previous_secret_there_are_two_signatures()
    {
        var (request, _) = await SentAsync(
            AuthorizeHost.Question(), new AuthorizeOptions { Secret = AuthorizeHost.Secret, PreviousSecret = Former });

        Assert.Equal(
            SignatureOf(AuthorizeHost.Secret, request) + " " + SignatureOf(Former, request), request.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task The_headers_of_the_question_are_repeated_and_no_others()
    {
        var (request, _) = await SentAsync(AuthorizeHost.Question() with
        {
            Headers = [new("Cookie", "PHPSESSID=a; name=J\u00f6rg"), new("Accept-Language", "de, en"), new("User-Agent", "(odd")],
        });

        Assert.Equal("PHPSESSID=a; name=J\u00f6rg", request.Headers["Cookie"]);
        Assert.Equal("de, en", request.Headers["Accept-Language"]);
        Assert.Equal("(odd", request.Headers["User-Agent"]);
        Assert.Equal(
            [
                "Accept", "Accept-Language", "Content-Length", "Content-Type", "Cookie", "Host", "User-Agent", "webhook-id",
                "webhook-signature", "webhook-timestamp",
            ],
            request.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Cookies_of_the_backend_are_not_kept()
    {
        var cookies = new List<string>();
        await using var host = await AuthorizeHost.StartAsync(context =>
        {
            cookies.Add(context.Request.Headers.Cookie.ToString());
            context.Response.Headers.SetCookie = "session=1; Path=/";
            return Task.CompletedTask;
        });

        await host.AskAsync(AuthorizeHost.Question("a"));
        await host.AskAsync(AuthorizeHost.Question("b"));

        Assert.Equal(["", ""], cookies);
    }

    [Fact]
    public void A_secret_of_another_form_is_refused_and_not_shown()
    {
        var exception = Assert.Throws<OptionsException>(() => new AuthorizeSigner(new AuthorizeOptions { Secret = "whsec_short" }));

        Assert.StartsWith("NOTIFY_AUTHORIZE_SECRET (value not shown): must be whsec_", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_short", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_has_a_client_only_with_a_url()
    {
        var without = new NotifyServer();
        await without.InitializeAsync();
        Assert.Null(without.Services.GetService<IAuthorizeClient>());
        Assert.Null(without.Services.GetRequiredService<AccessControl>().Authorize);
        await without.DisposeAsync();

        var authorize = new AuthorizeOptions { Url = new Uri("http://127.0.0.1:9/"), Secret = AuthorizeHost.Secret };
        var with = new NotifyServer(NotifyServer.Default with { Authorize = authorize });
        await with.InitializeAsync();
        Assert.IsType<AuthorizeClient>(with.Services.GetRequiredService<AccessControl>().Authorize);
        await with.DisposeAsync();
    }

    private static string SignatureOf(string secret, Sent request)
    {
        using var hmac = new HMACSHA256(Convert.FromBase64String(secret["whsec_".Length..]));
        var signed = $"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{request.Body}";
        return "v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(signed)));
    }

    private static async Task<(Sent Request, DateTimeOffset Now)> SentAsync(AuthorizeQuestion question, AuthorizeOptions? options = null)
    {
        Sent? sent = null;
        await using var host = await AuthorizeHost.StartAsync(
            async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                sent = new Sent(
                    $"{context.Request.Method} {context.Request.Path} {context.Request.ContentType}",
                    context.Request.Headers.ToDictionary(
                        header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                    await reader.ReadToEndAsync());
            },
            options);
        Assert.Equal(AuthorizeAnswer.Allowed, await host.AskAsync(question));
        return (sent!, host.Time.GetUtcNow());
    }

    private sealed record Sent(string Line, Dictionary<string, string> Headers, string Body);
}
