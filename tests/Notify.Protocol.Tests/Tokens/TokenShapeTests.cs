using Notify.Protocol.Tokens;

namespace Notify.Protocol.Tests.Tokens;

/// <summary>Tests the form of tokens and of their headers.</summary>
public sealed class TokenShapeTests
{
    private static readonly string Valid = TokenText.Of(TokenText.Header, TokenText.Payload);

    public static TheoryData<string> BrokenForms
    {
        get
        {
            var (header, payload) = (TokenText.Encode(TokenText.Header), TokenText.Encode(TokenText.Payload));
            return new(
                "",
                ".",
                "..",
                "...",
                header,
                $"{header}.{payload}",
                $"{header}.{payload}.",
                $".{payload}.AAAA",
                $"{header}.{payload}.AAAA.AAAA",
                $"{header}.{payload}.AAAA.AAAA.AAAA",
                $"{header}.{payload}.AAA=",
                $"{header}.{payload}.AA==",
                $"{header}.{payload}.AAAA ",
                $" {header}.{payload}.AAAA",
                $"{header}.{payload}.AAAA\n",
                $"{header}.{payload}.AA AA",
                $"{header}.{payload}.AA+A",
                $"{header}.{payload}.AA/A",
                $"{header}.{payload}.A",
                $"{header}.{payload}.AAAAA",

                // The last bits are not zero, so AB would mean the same as AA.
                $"{header}.{payload}.AB",
                $"{header}.{payload}.AAB",
                $"{header}.{payload}.\u00e4AAA",
                $"Bearer {header}.{payload}.AAAA",
                new string('a', 9000),
                new string('.', 9000));
        }
    }

    [Fact]
    public void A_small_token_is_read()
    {
        var reading = TokenShape.Read(Valid, new TokenRules());

        Assert.Equal(TokenFailure.None, reading.Failure);
        Assert.Equal(new TokenHeader("HS256", null), reading.Header);
        Assert.Equal(1000, reading.Claims!.ExpiresAt);
        Assert.Equal(1000, reading.Claims.SessionExpiresAt);
        Assert.Null(reading.Claims.User);
        Assert.False(reading.Claims.Channels.Contains("a"));
    }

    [Theory]
    [MemberData(nameof(BrokenForms))]
    public void Every_other_form_is_malformed(string token)
    {
        var reading = TokenShape.Read(token, new TokenRules());

        Assert.Equal(TokenFailure.Malformed, reading.Failure);
        Assert.Null(reading.Header);
        Assert.NotEmpty(reading.Detail);
    }

    [Fact]
    public void Half_of_a_surrogate_pair_and_an_empty_payload_are_malformed()
    {
        Assert.Equal(TokenFailure.Malformed, TokenShape.Read(Valid + "\ud800", new TokenRules()).Failure);
        Assert.Equal(TokenFailure.Malformed, TokenShape.Read(TokenText.Encode(TokenText.Header) + "..AAAA", new TokenRules()).Failure);
    }

    [Fact]
    public void The_longest_token_has_8192_characters()
    {
        // A signature of any number of whole bytes has the right form.
        var start = Valid[..(Valid.LastIndexOf('.') + 1)];
        var longest = start + new string('A', 8192 - start.Length);

        Assert.Equal(TokenFailure.None, TokenShape.Read(longest, new TokenRules()).Failure);
        Assert.Equal("it has more than 8192 characters", TokenShape.Read(longest + "A", new TokenRules()).Detail);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"a\"")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{\"alg\":\"HS256\",}")]
    [InlineData("{\"alg\":\"HS256\"/**/}")]
    [InlineData("\uFEFF{\"alg\":\"HS256\"}")]
    [InlineData("{'alg':'HS256'}")]
    [InlineData("{\"alg\":\"HS256\",\"alg\":\"HS256\"}")]
    [InlineData("{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}")]
    [InlineData("{\"alg\":\"HS256\",\"x\":{\"a\":1,\"a\":2}}")]
    [InlineData("{\"alg\":\"HS256\",\"x\":[[[[1]]]]}")]
    [InlineData("{\"alg\":\"HS256\",\"\\ud800\":1}")]
    [InlineData("{\"alg\":1}")]
    [InlineData("{\"alg\":null}")]
    [InlineData("{\"alg\":\"\\ud800\"}")]
    [InlineData("{}")]
    [InlineData("{\"ALG\":\"HS256\"}")]
    [InlineData("{\"alg\":\"HS256\",\"typ\":1}")]
    [InlineData("{\"alg\":\"HS256\",\"kid\":1}")]
    [InlineData("{\"alg\":\"HS256\",\"kid\":null}")]
    public void A_header_that_is_no_strict_object_is_malformed(string header)
    {
        var reading = TokenText.ReadHeader(header);

        Assert.Equal(TokenFailure.Malformed, reading.Failure);
        Assert.Null(reading.Header);
    }

    [Fact]
    public void Four_levels_are_the_deepest() =>
        Assert.Equal(TokenFailure.None, TokenText.ReadHeader("{\"alg\":\"HS256\",\"x\":[[[1]]]}").Failure);

    [Theory]
    [InlineData("header")]
    [InlineData("payload")]
    public void Invalid_UTF8_is_malformed(string part)
    {
        var bad = TokenText.Encode([.. "{\"alg\":\"HS256\",\"exp\":1000,\"x\":\""u8, 0xFF, .. "\"}"u8]);
        var good = TokenText.Encode("""{"alg":"HS256","exp":1000}""");
        var token = part == "header" ? $"{bad}.{good}.AAAA" : $"{good}.{bad}.AAAA";

        Assert.Equal($"its {part} is not UTF-8", TokenShape.Read(token, new TokenRules()).Detail);
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData("at+jwt")]
    [InlineData("application/at+jwt")]
    [InlineData("notify+jwt")]
    public void Types_of_access_tokens_are_accepted(string type) =>
        Assert.Equal(TokenFailure.None, TokenText.ReadHeader($$"""{"alg":"HS256","typ":"{{type}}"}""").Failure);

    [Theory]
    [InlineData("logout+jwt")]
    [InlineData("secevent+jwt")]
    [InlineData("JOSE")]
    [InlineData("")]
    [InlineData("JWT ")]
    public void Other_types_are_refused(string type) =>
        Assert.Equal(TokenFailure.WrongType, TokenText.ReadHeader($$"""{"alg":"HS256","typ":"{{type}}"}""").Failure);

    [Theory]
    [InlineData("[\"exp\"]")]
    [InlineData("[]")]
    [InlineData("null")]
    public void Extensions_are_refused(string crit) =>
        Assert.Equal(TokenFailure.BadAlgorithm, TokenText.ReadHeader($$"""{"alg":"HS256","crit":{{crit}}}""").Failure);

    [Fact]
    public void A_key_id_has_at_most_128_bytes()
    {
        var longest = new string('\u00e9', 64);

        Assert.Equal(longest, TokenText.ReadHeader($$"""{"alg":"HS256","kid":"{{longest}}"}""").Header!.KeyId);
        Assert.Equal(TokenFailure.Malformed, TokenText.ReadHeader($$"""{"alg":"HS256","kid":"{{longest}}a"}""").Failure);
    }

    [Theory]
    [InlineData("jku", "\"https://evil.example\"")]
    [InlineData("x5u", "\"https://evil.example\"")]
    [InlineData("jwk", "{\"kty\":\"oct\"}")]
    [InlineData("x5c", "[\"AA\"]")]
    public void Members_that_name_a_key_of_the_sender_are_ignored(string name, string value) =>
        Assert.Equal(new TokenHeader("HS256", null), TokenText.ReadHeader($$"""{"alg":"HS256","{{name}}":{{value}}}""").Header);

    [Fact]
    public void A_wrong_payload_still_has_its_header_and_its_issuer()
    {
        var reading = TokenText.Read("""{"alg":"ES256","kid":"k"}""", """{"iss":"me","exp":"soon"}""");

        Assert.Equal(new TokenHeader("ES256", "k"), reading.Header);
        Assert.Equal(TokenFailure.Malformed, reading.Failure);
        Assert.Null(reading.Claims);
        Assert.Equal("me", reading.Issuer);
        Assert.Equal("Malformed", reading.ToString());
    }
}
