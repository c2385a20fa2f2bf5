using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Notify.Server.Access;

namespace Notify.Server.Tests.Access;

public sealed class KeySetParserTests : IDisposable
{
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RSA.Create(2048);

    public void Dispose()
    {
        _curve.Dispose();
        _rsa.Dispose();
    }

    [Fact]
    public void Keys_for_verifying_are_read()
    {
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var reading = KeySetParser.Parse(JsonKeys.Set(
            JsonKeys.Of(_curve, "a", ",\"use\":\"sig\",\"key_ops\":[\"verify\"],\"x5c\":[\"AA\"]"),
            JsonKeys.Of(_rsa, "b", ",\"alg\":\"RS512\""),
            JsonKeys.Of(large, null)));

        Assert.Null(reading.Error);
        Assert.Empty(reading.Notes);
        Assert.Equal(["a", "b", null], reading.Keys.Select(static key => key.Id));
        Assert.True(reading.Keys[0].Allows("ES256"));
        Assert.True(reading.Keys[1].Allows("RS512"));
        Assert.False(reading.Keys[1].Allows("RS256"));
        Assert.True(reading.Keys[2].Allows("ES384"));
    }

    [Fact]
    public void Keys_for_other_purposes_are_left_out_without_a_word()
    {
        var reading = KeySetParser.Parse(JsonKeys.Set(
            JsonKeys.Of(_curve, "a"),
            JsonKeys.Of(_curve, "b", ",\"use\":\"enc\""),
            JsonKeys.Of(_curve, "c", ",\"use\":1"),
            JsonKeys.Of(_curve, "d", ",\"key_ops\":[\"sign\"]"),
            JsonKeys.Of(_curve, "e", ",\"key_ops\":\"verify\""),
            "{\"kty\":\"AKP\",\"kid\":\"f\"}",
            "{\"kid\":\"g\"}"));

        Assert.Equal("a", Assert.Single(reading.Keys).Id);
        Assert.Empty(reading.Notes);
    }

    [Fact]
    public void Keys_that_cannot_be_used_are_noted()
    {
        using var small = RSA.Create(1024);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        var reading = KeySetParser.Parse(JsonKeys.Set(
            JsonKeys.Of(_curve, "ok"),
            "{\"kty\":\"oct\",\"kid\":\"s\",\"k\":\"AAAA\"}",
            "{\"kty\":\"OKP\",\"kid\":\"o\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
            JsonKeys.Of(_curve, "p", ",\"d\":\"AAAA\""),
            JsonKeys.Of(small, "r"),
            JsonKeys.Of(_rsa, "w", ",\"alg\":\"RSA-OAEP\""),
            JsonKeys.Of(curve, "c"),
            JsonKeys.Of(_curve, new string('k', 129)),
            "{\"kty\":\"RSA\",\"kid\":\"n\\n\",\"n\":\"AAAA=\",\"e\":\"*\"}",
            "{\"kty\":\"EC\",\"kid\":\"z\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
            JsonKeys.Of(_curve, "off").Replace("\"y\":\"", "\"y\":\"AAAA", StringComparison.Ordinal)));

        Assert.Equal("ok", Assert.Single(reading.Keys).Id);
        Assert.Equal(
            [
                (LogLevel.Error, "key s is ignored: it is a symmetric secret, and everybody who can read the key set knows it"),
                (LogLevel.Warning, "key o is ignored: it is Ed25519, which this version does not verify; use ES256"),
                (LogLevel.Error, "key p is ignored: it is a private key, and everybody who can read the key set can sign with it"),
                (LogLevel.Warning, "key r is ignored: it is an RSA key of 1024 bits; it must have 2048 to 16384"),
                (LogLevel.Warning, "key w is ignored: it is an RSA key with a strange exponent or for an algorithm other than RS256, "
                    + "RS384, RS512, PS256"),
                (LogLevel.Warning, "key c is ignored: it is not an EC key of the curve P-256 for ES256 or P-384 for ES384"),
            ],
            reading.Notes.Take(6));
        Assert.Equal(
            [
                "its kid has more than 128 bytes",
                "it lacks n or e, or they are not base64url",
                "it is an EC key that is damaged",
                "it is an EC key that is damaged",
            ],
            reading.Notes.Skip(6).Select(static note => note.Text.Split(": ")[1]));
        Assert.DoesNotContain(reading.Notes, static note => note.Text.Contains('\n', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"keys\":[1]}")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    [InlineData("{\"keys\":[]")]
    [InlineData("{\"\\ud800\":1,\"keys\":[]}")]
    public void What_is_no_set_is_an_error(string json) =>
        Assert.StartsWith("it is not a JSON Web Key Set", KeySetParser.Parse(Encoding.UTF8.GetBytes(json)).Error, StringComparison.Ordinal);

    [Fact]
    public void A_set_without_a_usable_key_is_an_error()
    {
        Assert.Equal("it has no key that can verify tokens", KeySetParser.Parse(JsonKeys.Set()).Error);
        Assert.Equal(
            "it has no key that can verify tokens", KeySetParser.Parse(JsonKeys.Set(JsonKeys.Of(_curve, "a", ",\"use\":\"enc\""))).Error);
        Assert.StartsWith(
            "it is not a JSON", KeySetParser.Parse([0xFF, .. JsonKeys.Set(JsonKeys.Of(_curve, "a"))]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_has_at_most_50_keys()
    {
        var key = JsonKeys.Of(_curve, "a");

        Assert.Equal(50, KeySetParser.Parse(JsonKeys.Set([.. Enumerable.Repeat(key, 50)])).Keys.Count);
        Assert.Equal("it has more than 50 keys", KeySetParser.Parse(JsonKeys.Set([.. Enumerable.Repeat(key, 51)])).Error);
    }
}
