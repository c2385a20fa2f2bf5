using System.Security.Cryptography;
using System.Text;
using Notify.Server.Options;
using Notify.Server.Tests.Access;

namespace Notify.Server.Tests.Options;

/// <summary>Tests the settings of access together, and the files that they name.</summary>
public sealed class AccessChecksTests
{
    private const string Secret = "bWFueSByYW5kb20gYnl0ZXMgaW4gYmFzZTY0IQ";
    private const string WebhookSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    private const string Pages = "https://app.example.com";

    [Fact]
    public void Sensible_settings_have_neither_errors_nor_warnings()
    {
        var reading = Read(
            ("NOTIFY_ACCESS", "token,order:*=ask"),
            ("NOTIFY_TOKEN_SECRET", Secret),
            ("NOTIFY_TOKEN_SECRET_PREVIOUS", Secret + "2"),
            ("NOTIFY_TOKEN_COOKIE", "__Host-notify"),
            ("NOTIFY_REQUIRE_TOKEN", "1"),
            ("NOTIFY_AUTHORIZE_URL", "http://10.0.0.1/authorize"),
            ("NOTIFY_AUTHORIZE_SECRET", WebhookSecret),
            ("NOTIFY_AUTHORIZE_HEADERS", "cookie, user-agent"));

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        Assert.True(reading.Options.Token.HasKeys);
        Assert.Equal(["Cookie", "User-Agent"], reading.Options.Authorize.Headers);
    }

    [Fact]
    public void Without_settings_nothing_is_checked_and_no_token_is_looked_at()
    {
        var reading = NotifyOptionsLoader.Read(new Dictionary<string, string> { ["NOTIFICATION_SECRET"] = "S1" }, null);

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        Assert.False(reading.Options.Token.HasKeys);
        Assert.True(reading.Options.Access.Rules.IsOpen);
    }

    [Theory]
    [InlineData("NOTIFY_ACCESS=user", "NOTIFY_ACCESS=user: wants tokens, and there is no key to verify them")]
    [InlineData("NOTIFY_ACCESS=open,a=token", "NOTIFY_ACCESS=open,a=token: wants tokens, and there is no key to verify them")]
    [InlineData("NOTIFY_ACCESS=ask", "NOTIFY_ACCESS=ask: asks your backend, so NOTIFY_AUTHORIZE_URL and NOTIFY_AUTHORIZE_SECRET")]
    [InlineData("NOTIFY_ACCESS=ask;NOTIFY_AUTHORIZE_URL=https://a.example", "asks your backend")]
    [InlineData("NOTIFY_ACCESS=all", "NOTIFY_ACCESS=all: must be a rule (open, user, token, ask or closed)")]
    [InlineData("NOTIFY_ACCESS_MODE=watch", "NOTIFY_ACCESS_MODE=watch: must be enforce or observe")]
    [InlineData("NOTIFY_TOKEN_SECRET=0123456789012345678901234567890", "NOTIFY_TOKEN_SECRET (value not shown): must have at least 32")]
    [InlineData("NOTIFY_TOKEN_SECRET_PREVIOUS=short", "NOTIFY_TOKEN_SECRET_PREVIOUS (value not shown): must have at least 32 bytes")]
    [InlineData("NOTIFY_REQUIRE_TOKEN=1", "NOTIFY_REQUIRE_TOKEN=1: there is no key to verify tokens")]
    [InlineData("NOTIFY_TOKEN_JWKS=https://login.example.com/keys", "NOTIFY_TOKEN_JWKS: must be set together with NOTIFY_TOKEN_AUDIENCE")]
    [InlineData("NOTIFY_TOKEN_JWKS=http://login.example.com/keys", "must be an https:// URL, an http:// URL of this host, or the path")]
    [InlineData("NOTIFY_TOKEN_JWKS=ftp://login.example.com/keys", "must be an https:// URL, an http:// URL of this host, or the path")]
    [InlineData("NOTIFY_TOKEN_JWKS=https://user:pw@login.example.com/keys", "must be an https:// URL, an http:// URL of this host")]
    [InlineData("NOTIFY_TOKEN_COOKIE=__Host-a;NOTIFY_ALLOWED_ORIGINS=*", "NOTIFY_TOKEN_COOKIE=__Host-a: every website could connect")]
    [InlineData("NOTIFY_AUTHORIZE_HEADERS=Cookie;NOTIFY_ALLOWED_ORIGINS=*", "NOTIFY_AUTHORIZE_HEADERS=Cookie: every website could connect")]
    [InlineData("NOTIFY_AUTHORIZE_HEADERS=Host", "NOTIFY_AUTHORIZE_HEADERS=Host: must be a comma list of Cookie, Authorization")]
    [InlineData("NOTIFY_AUTHORIZE_URL=http://app.example.com", "must be an https:// URL, or an http:// URL of this host or of a private")]
    [InlineData("NOTIFY_AUTHORIZE_SECRET=whsec_short", "NOTIFY_AUTHORIZE_SECRET (value not shown): must be whsec_ and the base64")]
    [InlineData("NOTIFY_AUTHORIZE_TIMEOUT=11s", "must be a duration from 100ms to 10s")]
    [InlineData("NOTIFY_AUTHORIZE_TTL=2h", "must be a duration from 0s to 1h")]
    [InlineData("NOTIFY_TOKEN_SKEW=6m", "must be a duration from 0s to 5m")]
    [InlineData("NOTIFY_TOKEN_MAX_AGE=31d", "must be a duration from 1m to 30d")]
    [InlineData("NOTIFY_TOKEN_USER_CLAIM=a b", "NOTIFY_TOKEN_USER_CLAIM=a b: must be 1 to 64 letters, digits")]
    [InlineData("NOTIFY_TOKEN_COOKIE=a b", "NOTIFY_TOKEN_COOKIE=a b: must be the name of a cookie")]
    [InlineData("NOTIFY_TOKEN_PUBLIC_KEY=/nowhere.pub", "NOTIFY_TOKEN_PUBLIC_KEY=/nowhere.pub: must be the path of a PEM file that exists")]
    [InlineData(
        "NOTIFY_TOKEN_JWKS=/nowhere.json;NOTIFY_TOKEN_AUDIENCE=n",
        "NOTIFY_TOKEN_JWKS=/nowhere.json: cannot be used (there is no such file)")]
    public void What_is_wrong_is_said_with_what_to_write_instead(string settings, string error)
    {
        var reading = Read(Split(settings));

        Assert.Contains(error, Assert.Single(reading.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NOTIFY_TOKEN_SECRET=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "NOTIFY_TOKEN_SECRET looks like words or a pattern")]
    [InlineData("NOTIFY_TOKEN_COOKIE=notify", "NOTIFY_TOKEN_COOKIE=notify begins with neither __Host- nor __Secure-")]
    [InlineData("NOTIFY_TOKEN_SECRET=" + Secret + ";NOTIFY_TOKEN_MAX_AGE=8d", "NOTIFY_TOKEN_MAX_AGE=8d is longer than 7d")]
    [InlineData("NOTIFY_ACCESS=closed;NOTIFY_ALLOWED_ORIGINS=*", "NOTIFY_ALLOWED_ORIGINS is *, so pages of every website may connect")]
    public void What_is_hardly_meant_is_warned_of(string settings, string warning)
    {
        var reading = Read(Split(settings));

        Assert.Empty(reading.Errors);
        Assert.Contains(warning, Assert.Single(reading.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void One_secret_does_not_serve_two_purposes()
    {
        foreach (var name in (string[])["NOTIFICATION_SECRET", "NOTIFICATION_SECRET_PREVIOUS"])
        {
            var reading = Read((name, Secret), ("NOTIFY_TOKEN_SECRET", Secret));

            Assert.Contains("must differ from NOTIFICATION_SECRET", Assert.Single(reading.Errors), StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, reading.Errors[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Observing_needs_no_key() =>
        Assert.Empty(Read(("NOTIFY_ACCESS", "token"), ("NOTIFY_ACCESS_MODE", "OBSERVE")).Errors);

    [Fact]
    public void Files_with_keys_are_read_at_the_start()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var pem = new TemporaryFile(key.ExportSubjectPublicKeyInfoPem());
        using var set = new TemporaryFile(Encoding.UTF8.GetString(JsonKeys.Set(JsonKeys.Of(key, "a"))));
        using var empty = new TemporaryFile("{\"keys\":[]}");

        Assert.Empty(Read(("NOTIFY_TOKEN_PUBLIC_KEY", pem.Path)).Errors);
        Assert.Empty(Read(("NOTIFY_TOKEN_JWKS", set.Path), ("NOTIFY_TOKEN_AUDIENCE", "n")).Errors);
        Assert.Contains(
            "holds no public key in PEM form", Assert.Single(Read(("NOTIFY_TOKEN_PUBLIC_KEY", set.Path)).Errors), StringComparison.Ordinal);
        Assert.Contains(
            "cannot be used (it has no key that can verify tokens)",
            Assert.Single(Read(("NOTIFY_TOKEN_JWKS", empty.Path), ("NOTIFY_TOKEN_AUDIENCE", "n")).Errors),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Options_of_tokens_are_read()
    {
        var token = Read(
            ("NOTIFY_TOKEN_SECRET", Secret),
            ("NOTIFY_TOKEN_AUDIENCE", "notify"),
            ("NOTIFY_TOKEN_ISSUER", "me"),
            ("NOTIFY_TOKEN_USER_CLAIM", "https://a.example/id"),
            ("NOTIFY_TOKEN_SKEW", "0s"),
            ("NOTIFY_TOKEN_MAX_AGE", "1h"),
            ("NOTIFY_TOKEN_IN_QUERY", "off")).Options.Token;

        Assert.Equal((Secret, "notify", "me", "https://a.example/id"), (token.Secret, token.Audience, token.Issuer, token.UserClaim));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromHours(1), false), (token.Skew, token.MaxAge, token.IsInQuery));
        Assert.Equal(nameof(TokenOptions), token.ToString());
    }

    private static (string Name, string Value)[] Split(string settings) =>
        [.. settings.Split(';').Select(static pair => (pair.Split('=', 2)[0], pair.Split('=', 2)[1]))];

    private static OptionsReading Read(params (string Name, string Value)[] changes)
    {
        var environment = new Dictionary<string, string> { ["NOTIFICATION_SECRET"] = "S1", ["NOTIFY_ALLOWED_ORIGINS"] = Pages };
        foreach (var (name, value) in changes)
        {
            environment[name] = value;
        }

        return NotifyOptionsLoader.Read(environment, null);
    }
}
