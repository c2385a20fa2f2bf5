using System.Security.Cryptography;
using Notify.Protocol.Tokens;

namespace Notify.Server.Tests.Access;

/// <summary>Tests signature, keys, lifetime, audience, issuer and revocations, and their order.</summary>
public sealed class TokenVerifierTests : IDisposable
{
    private readonly VerifierHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_signed_token_is_accepted_with_its_claims()
    {
        var result = _host.Verify(SignedToken.Of(_host.Payload("\"sub\":42,\"channels\":[\"news\"],\"iss\":\"me\",\"sid\":\"s\"")));

        Assert.Equal(TokenFailure.None, result.Failure);
        Assert.Equal("42", result.Claims!.User);
        Assert.True(result.Claims.Channels.Contains("news"));
        Assert.Equal("me", result.Issuer);
        Assert.Equal(1, _host.Counts["notify.auth.accepted{current}"]);
    }

    [Theory]
    [InlineData("{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", TokenFailure.BadAlgorithm)]
    [InlineData("{\"alg\":\"none\"}", TokenFailure.BadAlgorithm)]
    [InlineData("{\"alg\":\"HS384\"}", TokenFailure.BadAlgorithm)]
    [InlineData("{\"alg\":\"HS512\"}", TokenFailure.BadAlgorithm)]
    [InlineData("{\"alg\":\"hs256\"}", TokenFailure.BadAlgorithm)]
    [InlineData("{\"alg\":\"RS256\"}", TokenFailure.BadAlgorithm)]
    [InlineData("{\"alg\":\"ES256\"}", TokenFailure.BadAlgorithm)]
    [InlineData("{\"alg\":\"EdDSA\"}", TokenFailure.BadAlgorithm)]
    [InlineData("{\"alg\":\"\"}", TokenFailure.BadAlgorithm)]
    [InlineData("{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}", TokenFailure.WrongType)]
    [InlineData("{\"alg\":\"HS256\",\"kid\":\"any\"}", TokenFailure.None)]
    [InlineData("{\"alg\":\"HS256\",\"typ\":\"application/at+jwt\"}", TokenFailure.None)]
    [InlineData("{\"alg\":\"HS256\",\"zip\":\"DEF\"}", TokenFailure.None)]
    public void The_header_decides_nothing_about_the_key(string header, TokenFailure failure) =>
        Assert.Equal(failure, _host.FailureOf(SignedToken.Of(_host.Payload(), header)));

    [Fact]
    public void A_wrong_signature_is_told_before_anything_of_the_payload()
    {
        Assert.Equal(TokenFailure.BadSignature, _host.FailureOf(SignedToken.Of(_host.Payload(), secret: SignedToken.OtherSecret)));
        Assert.Equal(TokenFailure.BadSignature, _host.FailureOf(SignedToken.Of("{\"exp\":\"1\"}", secret: SignedToken.OtherSecret)));
        Assert.Equal(TokenFailure.BadSignature, _host.FailureOf(SignedToken.Of("{\"exp\":1}", secret: SignedToken.OtherSecret)));
        Assert.Equal(TokenFailure.Malformed, _host.FailureOf(SignedToken.Of("{\"exp\":\"1\"}")));
        Assert.Equal(TokenFailure.Expired, _host.FailureOf(SignedToken.Of("{\"exp\":1}")));
    }

    [Fact]
    public void Who_cannot_sign_is_told_nothing_else_even_with_a_key_id()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var host = new VerifierHost(static options => options with { Audience = "notify" }, publicKeys: VerifierHost.PemOf(key));

        foreach (var payload in (string[])["{\"exp\":1}", "{\"exp\":99999999999}", host.Payload("\"aud\":\"x\"")])
        {
            Assert.Equal(
                TokenFailure.BadSignature,
                host.FailureOf(SignedToken.Of(payload, "{\"alg\":\"HS256\",\"kid\":\"k\"}", SignedToken.OtherSecret)));
            Assert.Equal(
                TokenFailure.BadSignature, host.FailureOf(SignedToken.Of(payload, other, "{\"alg\":\"ES256\",\"kid\":\"k\"}")));
        }
    }

    [Fact]
    public void Each_changed_character_of_a_token_makes_it_wrong()
    {
        var token = SignedToken.Of(_host.Payload());
        Assert.Equal(TokenFailure.None, _host.FailureOf(token));
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            Assert.NotEqual(TokenFailure.None, _host.FailureOf(changed));
        }
    }

    [Fact]
    public void A_shorter_signature_is_wrong()
    {
        var token = SignedToken.Of(_host.Payload());
        var signature = token.LastIndexOf('.') + 1;

        Assert.Equal(TokenFailure.BadSignature, _host.FailureOf(token[..(signature + 4)]));
        Assert.Equal(TokenFailure.BadSignature, _host.FailureOf(token[..signature] + "AAAA"));
        Assert.Equal(TokenFailure.Malformed, _host.FailureOf(token[..signature]));
    }

    [Fact]
    public void Two_secrets_are_accepted_and_counted_apart()
    {
        using var host = new VerifierHost(options => options with { PreviousSecret = SignedToken.OtherSecret });

        Assert.Equal(TokenFailure.None, host.FailureOf(SignedToken.Of(host.Payload())));
        var old = SignedToken.Of(host.Payload(), secret: SignedToken.OtherSecret);
        Assert.Equal(TokenFailure.None, host.FailureOf(old));
        Assert.Equal(TokenFailure.None, host.FailureOf(old));
        Assert.Equal(TokenFailure.BadSignature, host.FailureOf(SignedToken.Of(host.Payload(), secret: new string('x', 32))));
        Assert.Equal(1, host.Counts["notify.auth.accepted{current}"]);
        Assert.Equal(2, host.Counts["notify.auth.accepted{previous}"]);
    }

    [Theory]
    [InlineData("RS256", 256, false)]
    [InlineData("RS384", 384, false)]
    [InlineData("RS512", 512, false)]
    [InlineData("PS256", 256, true)]
    public void RSA_keys_verify_their_algorithms(string algorithm, int bits, bool isPss)
    {
        using var key = RSA.Create(2048);
        using var host = new VerifierHost(static options => options with { Secret = "" }, publicKeys: VerifierHost.PemOf(key));
        var hash = new HashAlgorithmName($"SHA{bits}");

        Assert.Equal(
            TokenFailure.None, host.FailureOf(SignedToken.Of(host.Payload(), key, $$"""{"alg":"{{algorithm}}","kid":"x"}""", hash, isPss)));
        Assert.Equal(1, host.Counts["notify.auth.accepted{public}"]);
        Assert.Equal(TokenFailure.BadAlgorithm, host.FailureOf(SignedToken.Of(host.Payload(), key, "{\"alg\":\"PS384\"}")));
        Assert.Equal(TokenFailure.BadAlgorithm, host.FailureOf(SignedToken.Of(host.Payload(), key, "{\"alg\":\"ES256\"}")));
    }

    [Fact]
    public void EC_keys_verify_the_algorithm_of_their_curve()
    {
        using var small = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var host = new VerifierHost(static options => options with { Secret = "" }, publicKeys: VerifierHost.PemOf(small, large));

        Assert.Equal(TokenFailure.None, host.FailureOf(SignedToken.Of(host.Payload(), small)));
        Assert.Equal(
            TokenFailure.None, host.FailureOf(SignedToken.Of(host.Payload(), large, "{\"alg\":\"ES384\"}", HashAlgorithmName.SHA384)));
        Assert.Equal(TokenFailure.BadSignature, host.FailureOf(SignedToken.Of(host.Payload(), large)));
        Assert.Equal(TokenFailure.BadAlgorithm, host.FailureOf(SignedToken.Of(host.Payload(), small, "{\"alg\":\"ES512\"}")));
    }

    [Fact]
    public void A_public_key_is_never_a_secret()
    {
        using var key = RSA.Create(2048);
        var pem = VerifierHost.PemOf(key);
        using var without = new VerifierHost(static options => options with { Secret = "" }, publicKeys: pem);
        using var with = new VerifierHost(publicKeys: pem);

        Assert.Equal(TokenFailure.BadAlgorithm, without.FailureOf(SignedToken.Of(without.Payload(), secret: pem)));
        Assert.Equal(TokenFailure.BadSignature, with.FailureOf(SignedToken.Of(with.Payload(), secret: pem)));
        Assert.Equal(TokenFailure.BadAlgorithm, with.FailureOf(SignedToken.Of(with.Payload(), "{\"alg\":\"ES384\"}")));
    }

    [Theory]
    [InlineData("\"aud\":\"notify\"", TokenFailure.None)]
    [InlineData("\"aud\":[\"other\",\"notify\"]", TokenFailure.None)]
    [InlineData("\"aud\":\"notify/\"", TokenFailure.WrongAudience)]
    [InlineData("\"aud\":\"Notify\"", TokenFailure.WrongAudience)]
    [InlineData("\"aud\":\"\"", TokenFailure.WrongAudience)]
    [InlineData("\"aud\":[]", TokenFailure.WrongAudience)]
    [InlineData("\"a\":1", TokenFailure.WrongAudience)]
    [InlineData("\"aud\":1", TokenFailure.Malformed)]
    public void The_audience_must_be_the_configured_one(string claims, TokenFailure failure)
    {
        using var host = new VerifierHost(static options => options with { Audience = "notify" });

        Assert.Equal(failure, host.FailureOf(SignedToken.Of(host.Payload(claims))));
    }

    [Theory]
    [InlineData("\"iss\":\"https://login.example.com/\"", TokenFailure.None)]
    [InlineData("\"iss\":\"https://login.example.com\"", TokenFailure.WrongIssuer)]
    [InlineData("\"iss\":\"https://LOGIN.example.com/\"", TokenFailure.WrongIssuer)]
    [InlineData("\"a\":1", TokenFailure.WrongIssuer)]
    [InlineData("\"iss\":[\"https://login.example.com/\"]", TokenFailure.Malformed)]
    public void The_issuer_must_be_the_configured_one(string claims, TokenFailure failure)
    {
        using var host = new VerifierHost(static options => options with { Issuer = "https://login.example.com/" });

        Assert.Equal(failure, host.FailureOf(SignedToken.Of(host.Payload(claims))));
    }

    [Fact]
    public void Without_settings_audience_and_issuer_are_not_compared() =>
        Assert.Equal(TokenFailure.None, _host.FailureOf(SignedToken.Of(_host.Payload("\"aud\":\"other\",\"iss\":\"other\""))));

    [Fact]
    public void The_first_failure_in_the_order_is_the_reason()
    {
        using var host = new VerifierHost(static options => options with { Audience = "notify", Issuer = "me" });
        host.Revocation = static _ => TokenFailure.Revoked;
        var wrong = "\"aud\":\"x\",\"iss\":\"x\"";
        var future = host.Now + 10_000_000;

        Assert.Equal(
            TokenFailure.Expired, host.FailureOf(SignedToken.Of($"{{\"exp\":1,\"nbf\":{future},\"session_exp\":{future},{wrong}}}")));
        Assert.Equal(TokenFailure.NotYetValid, host.FailureOf(SignedToken.Of($"{{\"exp\":{future},\"nbf\":{future},{wrong}}}")));
        Assert.Equal(TokenFailure.TooLong, host.FailureOf(SignedToken.Of($"{{\"exp\":{future},{wrong}}}")));
        Assert.Equal(TokenFailure.WrongAudience, host.FailureOf(SignedToken.Of(host.Payload(wrong))));
        Assert.Equal(TokenFailure.WrongIssuer, host.FailureOf(SignedToken.Of(host.Payload("\"aud\":\"notify\",\"iss\":\"x\""))));
        Assert.Equal(TokenFailure.Revoked, host.FailureOf(SignedToken.Of(host.Payload("\"aud\":\"notify\",\"iss\":\"me\""))));
        Assert.Equal(0, host.Counts["notify.auth.accepted{current}"]);
    }

    [Fact]
    public void A_refused_token_names_its_key_and_issuer_for_the_log()
    {
        var result = _host.Verify(SignedToken.Of(
            _host.Payload("\"iss\":\"me\""), "{\"alg\":\"HS256\",\"kid\":\"k\"}", SignedToken.OtherSecret));

        Assert.Equal(("k", "me"), (result.KeyId, result.Issuer));
        Assert.StartsWith("its signature does not match", result.Detail, StringComparison.Ordinal);
        Assert.Equal("bad_token", result.Code);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(10_000_000)]
    public void A_text_of_any_length_is_answered(int length) =>
        Assert.Equal(TokenFailure.Malformed, _host.FailureOf(new string('a', length)));

    [Fact]
    public void New_public_keys_are_taken_and_tokens_of_the_former_ones_are_refused()
    {
        using var first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var host = new VerifierHost(publicKeys: VerifierHost.PemOf(first));
        var (old, next) = (SignedToken.Of(host.Payload(), first), SignedToken.Of(host.Payload(), second));
        Assert.Equal((TokenFailure.None, TokenFailure.BadSignature), (host.FailureOf(old), host.FailureOf(next)));

        host.WritePublicKeys(VerifierHost.PemOf(first, second));
        Assert.Equal((TokenFailure.None, TokenFailure.None), (host.FailureOf(old), host.FailureOf(next)));

        host.WritePublicKeys(VerifierHost.PemOf(second));
        Assert.Equal((TokenFailure.BadSignature, TokenFailure.None), (host.FailureOf(old), host.FailureOf(next)));

        host.WritePublicKeys("nothing");
        Assert.Equal((TokenFailure.BadSignature, TokenFailure.None), (host.FailureOf(old), host.FailureOf(next)));
    }
}
