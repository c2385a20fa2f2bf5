using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CsCheck;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Notify.Protocol.Tokens;

namespace Notify.Server.Tests.Access;

/// <summary>
/// Compares the verifier with the library alone on generated tokens. Whatever the verifier accepts, the library accepts. Whatever only the
/// library accepts has a reason on the list.
/// </summary>
[Trait("Duration", "Long")]
public sealed class TokenDifferentialTests : IDisposable
{
    private static readonly string[] Times =
    [
        "{0}", "{0}.5", "-1", "0", "1", "null", "\"{0}\"", "{0}000", "99999999999999999", "1e400", "1e9", "true", "[]",
    ];

    private static readonly Gen<string> Headers = OneOf(
        """{"alg":"HS256"}""",
        """{"alg":"HS256"}""",
        """{"alg":"HS256","typ":"JWT"}""",
        """{"typ":"at+jwt","alg":"HS256"}""",
        """{"alg":"HS256","typ":"application/at+jwt"}""",
        """{"alg":"HS256","typ":"logout+jwt"}""",
        """{"alg":"HS256","crit":["exp"]}""",
        """{"alg":"HS256","crit":["x"],"x":1}""",
        """{"alg":"HS256","kid":"k"}""",
        """{"alg":"HS256","kid":1}""",
        """{"alg":"HS256","alg":"HS256"}""",
        """{"alg":"none","alg":"HS256"}""",
        """{"alg":"none"}""",
        """{"alg":"HS512"}""",
        """{"alg":["HS256"]}""",
        """{"kid":"k"}""",
        """{"alg":"HS256",}""",
        """["HS256"]""");

    private static readonly Gen<string> Claims = OneOf(
        "\"sub\":\"42\"", "\"sub\":42", "\"sub\":\"\"", "\"sub\":null", "\"sub\":[1]", "\"sub\":\"a\\u0000\"", "\"sub\":\"\\ud800\"",
        "\"channels\":[\"a\",\"b*\"]", "\"channels\":{\"0\":\"a\"}", "\"channels\":\"a\"", "\"channels\":[1]", "\"channels\":[\"*a\"]",
        "\"sid\":\"s\"", "\"sid\":1", "\"jti\":\"j\"", "\"jti\":null", "\"connection\":\"c\"", "\"connection\":{}", "\"iss\":\"me\"",
        "\"iss\":\"you\"", "\"iss\":1", "\"aud\":\"notify\"", "\"aud\":[\"x\",\"notify\"]", "\"aud\":\"notify/\"", "\"aud\":7",
        "\"aud\":[]", "\"deep\":[[[[[1]]]]]", "\"x\":{\"a\":1,\"a\":2}", "\"x\":1");

    private static readonly Gen<string> Endings = OneOf("", "", "", "", "", "", "=", "A", ".", "*", " ", "padded", "cut");

    private readonly VerifierHost _host = new(static options => options with { Audience = "notify", Issuer = "me" });
    private readonly ConcurrentDictionary<string, int> _disagreements = new(StringComparer.Ordinal);
    private readonly JsonWebTokenHandler _library = new();
    private int _accepted;

    public void Dispose() => _host.Dispose();

    [Fact]
    public void The_verifier_is_stricter_than_the_library_in_named_ways_only()
    {
        // The library's clock is the system's, so only times far from the present are compared.
        _host.Time.AdjustTime(DateTimeOffset.UtcNow);
        var time = Gen.Select(OneOf(Times), OneOf(-100_000_000, -3600, 3600, 3600, 3600, 3600, 100_000_000)).Select(
            (form, from) => form.Replace("{0}", (_host.Now + from).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        var past = OneOf((_host.Now - 7200).ToString(CultureInfo.InvariantCulture));
        var end = Gen.Frequency((9, OneOf((_host.Now + 3600).ToString(CultureInfo.InvariantCulture))), (2, time));
        var begin = Gen.Frequency((3, past), (1, time));
        var member = Gen.Frequency(
            (6, Claims), (1, begin.Select(at => "\"nbf\":" + at)), (1, begin.Select(at => "\"iat\":" + at)),
            (1, time.Select(at => "\"session_exp\":" + at)), (1, end.Select(at => "\"exp\":" + at)));
        var usual = Gen.Frequency((9, "\"aud\":\"notify\",\"iss\":\"me\","), (1, ""));
        var expiry = Gen.Frequency((9, end.Select(at => $"\"exp\":{at}")), (1, Gen.Const("\"e\":1")));
        var payload = Gen.Select(usual, expiry, member.Array[0, 2])
            .Select((known, exp, more) => $"{{{known}{string.Join(',', [exp, .. more])}}}");
        var headers = Gen.Frequency<string>((1, Gen.Const("{\"alg\":\"HS256\"}")), (1, Headers));
        var endings = Gen.Frequency<string>((1, Gen.Const("")), (1, Endings));
        var tokens = Gen.Select(headers, payload, Gen.Frequency((9, true), (1, false)), endings).Select(Sign);

        tokens.Sample(Compare, iter: 20_000);

        Assert.True(_accepted > 2_000, $"Only {_accepted} tokens were accepted by both.");
        var names = string.Join('\n', _disagreements.Select(pair => $"{pair.Value} {pair.Key}").Order(StringComparer.Ordinal));
        Assert.True(_disagreements.Count >= 12, names);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static string Sign(string header, string payload, bool isRight, string ending)
    {
        var token = SignedToken.Of(payload, header, isRight ? SignedToken.Secret : SignedToken.OtherSecret);
        return ending switch
        {
            "padded" => token + "=",
            "cut" => token[..^2],
            _ => token + ending,
        };
    }

    // The differences, as the sentences for the log begin. Each of them is a rule of the token's form or of its longest validity.
    private static string? Named(Notify.Server.Access.TokenResult result) => (result.Failure, result.Detail) switch
    {
        (TokenFailure.Malformed, "its signature is not base64url without padding") => "a signature with padding or white space",
        (TokenFailure.Malformed, "its header is not a JSON object without duplicate members and of at most 4 levels") => "a header twice",
        (TokenFailure.Malformed, "its payload is not a JSON object without duplicate members and of at most 4 levels") => "a claim twice",
        (TokenFailure.Malformed, "kid in its header is not a string of at most 128 bytes") => "a kid that is no string",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("exp is ", StringComparison.Ordinal) => "exp that is no number",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("nbf is ", StringComparison.Ordinal) => "nbf that is no number",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("iat is ", StringComparison.Ordinal) => "iat that is no number",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("session_exp is ", StringComparison.Ordinal) => "a wrong session_exp",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("sub is ", StringComparison.Ordinal) => "a wrong user",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("channels is ", StringComparison.Ordinal) => "channels but no list",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("entry ", StringComparison.Ordinal) => "a wrong channel",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("sid is ", StringComparison.Ordinal) => "a wrong sid",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("jti is ", StringComparison.Ordinal) => "a wrong jti",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("connection is ", StringComparison.Ordinal) => "a wrong connection",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("iss is ", StringComparison.Ordinal) => "an issuer that is no string",
        (TokenFailure.Malformed, { } detail) when detail.StartsWith("aud is ", StringComparison.Ordinal) => "an audience of another type",
        (TokenFailure.WrongType, _) => "a type that is not of access tokens",
        (TokenFailure.BadAlgorithm, "its header has crit, and this server knows no extensions") => "an extension",
        (TokenFailure.NotYetValid, _) => "iat in the future",
        (TokenFailure.TooLong, _) => "valid for too long",
        (TokenFailure.WrongAudience, _) => "an audience with a slash",
        _ => null,
    };

    private bool Compare(string token)
    {
        var ours = _host.Verify(token);
        var library = _library.ValidateTokenAsync(token, Alone()).GetAwaiter().GetResult();
        if (ours.Failure == TokenFailure.None)
        {
            Interlocked.Increment(ref _accepted);
            return library.IsValid;
        }

        if (library.IsValid)
        {
            var name = Named(ours);
            _disagreements.AddOrUpdate(name ?? "", 1, static (_, count) => count + 1);
            return name is not null;
        }

        return true;
    }

    private static TokenValidationParameters Alone() => new()
    {
        IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(SignedToken.Secret)),
        ValidAlgorithms = ["HS256"],
        ValidAudience = "notify",
        ValidIssuer = "me",
        ClockSkew = TimeSpan.FromSeconds(30),
    };
}
