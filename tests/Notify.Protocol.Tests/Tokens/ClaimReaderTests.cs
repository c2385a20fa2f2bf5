using Notify.Protocol.Tokens;

namespace Notify.Protocol.Tests.Tokens;

/// <summary>Tests what each claim may be.</summary>
public sealed class ClaimReaderTests
{
    private static readonly string Longest = new('\u00e9', 95);

    [Theory]
    [InlineData("\"42\"", "42")]
    [InlineData("42", "42")]
    [InlineData("-1", "-1")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("\"a b\"", "a b")]
    [InlineData("\" \"", " ")]
    [InlineData("\"\\ud83d\\ude00\"", "\U0001F600")]
    public void The_user_is_a_string_or_an_integer(string json, string user) =>
        Assert.Equal(user, TokenText.ReadClaims($"\"sub\":{json}").Claims!.User);

    [Theory]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("1.5")]
    [InlineData("42.0")]
    [InlineData("1e3")]
    [InlineData("9223372036854775808")]
    [InlineData("[\"42\"]")]
    [InlineData("{}")]
    [InlineData("\"a\\u0000\"")]
    [InlineData("\"a\\n\"")]
    [InlineData("\"\\u007f\"")]
    [InlineData("\"\\u0085\"")]
    [InlineData("\"\\ud800\"")]
    public void Another_user_is_malformed_and_never_nobody(string json)
    {
        var reading = TokenText.ReadClaims($"\"sub\":{json}");

        Assert.Equal(TokenFailure.Malformed, reading.Failure);
        Assert.StartsWith("sub is not a string of 1 to 190 bytes", reading.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_user_has_190_bytes()
    {
        Assert.Equal(Longest, TokenText.ReadClaims($"\"sub\":\"{Longest}\"").Claims!.User);
        Assert.Equal(TokenFailure.Malformed, TokenText.ReadClaims($"\"sub\":\"{Longest}a\"").Failure);
    }

    [Fact]
    public void The_user_may_be_another_claim()
    {
        var rules = new TokenRules { UserClaim = "https://example.com/id" };
        var token = TokenText.Of(TokenText.Header, """{"exp":1000,"sub":[],"https://example.com/id":7}""");

        Assert.Equal("7", TokenShape.Read(token, rules).Claims!.User);
    }

    [Theory]
    [InlineData("1000", 1000)]
    [InlineData("1000.9", 1000)]
    [InlineData("1e3", 1000)]
    [InlineData("0", 0)]
    [InlineData("-5.5", -5)]
    [InlineData("9007199254740991", 9007199254740991)]
    public void The_end_is_a_number_without_its_fraction(string json, long seconds) =>
        Assert.Equal(seconds, TokenText.Read(TokenText.Header, $$"""{"exp":{{json}}}""").Claims!.ExpiresAt);

    [Theory]
    [InlineData("{}", "exp is missing; it must be a number of seconds")]
    [InlineData("{\"EXP\":1}", "exp is missing; it must be a number of seconds")]
    [InlineData("{\"exp\":\"1000\"}", "exp is a string; it must be a number of seconds, without quotes")]
    [InlineData("{\"exp\":null}", "exp is not a number of seconds that a date can have")]
    [InlineData("{\"exp\":true}", "exp is not a number of seconds that a date can have")]
    [InlineData("{\"exp\":[1]}", "exp is not a number of seconds that a date can have")]
    [InlineData("{\"exp\":99999999999999999}", "exp is not a number of seconds that a date can have")]
    [InlineData("{\"exp\":1e400}", "exp is not a number of seconds that a date can have")]
    [InlineData("{\"exp\":-1e400}", "exp is not a number of seconds that a date can have")]
    [InlineData("{\"exp\":1,\"nbf\":\"1\"}", "nbf is a string; it must be a number of seconds, without quotes")]
    [InlineData("{\"exp\":1,\"iat\":\"1\"}", "iat is a string; it must be a number of seconds, without quotes")]
    [InlineData("{\"exp\":1,\"iat\":1e99}", "iat is not a number of seconds that a date can have")]
    [InlineData("{\"exp\":1,\"session_exp\":\"2\"}", "session_exp is a string; it must be a number of seconds, without quotes")]
    [InlineData("{\"exp\":10,\"session_exp\":9}", "session_exp is before exp")]
    public void Other_times_are_malformed(string payload, string detail)
    {
        var reading = TokenText.Read(TokenText.Header, payload);

        Assert.Equal(TokenFailure.Malformed, reading.Failure);
        Assert.Equal(detail, reading.Detail);
    }

    [Fact]
    public void Times_are_read()
    {
        var claims = TokenText.ReadClaims("""
            "session_exp":2000,"nbf":5,"iat":3
            """).Claims!;

        Assert.Equal((2000, 5L, 3), (claims.SessionExpiresAt, claims.NotBefore, claims.IssuedAt));
        Assert.Equal(7L, TokenText.ReadClaims("\"nbf\":5,\"iat\":7").Claims!.NotBefore);
        Assert.Equal(7L, TokenText.ReadClaims("\"iat\":7").Claims!.NotBefore);
        Assert.Equal(5L, TokenText.ReadClaims("\"nbf\":5").Claims!.NotBefore);
        Assert.Null(TokenText.ReadClaims("\"a\":5").Claims!.NotBefore);
    }

    [Fact]
    public void Without_a_time_of_issue_it_is_the_earliest_possible() =>
        Assert.Equal(1000 - 86_400, TokenText.ReadClaims("\"nbf\":5").Claims!.IssuedAt);

    [Fact]
    public void Channels_are_names_and_prefixes()
    {
        var grants = TokenText.ReadClaims("\"channels\":[\"news\",\"team:*\"]").Claims!.Channels;

        Assert.Equal(2, grants.Count);
        Assert.True(grants.Contains("news"));
        Assert.True(grants.Contains("team:7"));
        Assert.False(grants.Contains("newsroom"));
        Assert.False(grants.Contains("other"));
        Assert.Equal(0, TokenText.ReadClaims("\"channels\":[]").Claims!.Channels.Count);
    }

    [Theory]
    [InlineData("{\"0\":\"a\",\"2\":\"b\"}", "channels is an object, and a list was expected; in PHP: array_values()")]
    [InlineData("\"news\"", "channels is not a list of strings")]
    [InlineData("null", "channels is not a list of strings")]
    [InlineData("[1]", "entry 0 of channels is neither a channel name of 1 to 200 bytes nor a prefix and one * at its end")]
    [InlineData("[\"a\",null]", "entry 1 of channels is neither a channel name of 1 to 200 bytes nor a prefix and one * at its end")]
    [InlineData("[\"a\",\"\"]", "entry 1 of channels is neither a channel name of 1 to 200 bytes nor a prefix and one * at its end")]
    [InlineData("[\"a*b\"]", "entry 0 of channels is neither a channel name of 1 to 200 bytes nor a prefix and one * at its end")]
    [InlineData("[[\"a\"]]", "entry 0 of channels is neither a channel name of 1 to 200 bytes nor a prefix and one * at its end")]
    public void Anything_but_a_list_of_strings_is_malformed(string json, string detail) =>
        Assert.Equal(detail, TokenText.ReadClaims($"\"channels\":{json}").Detail);

    [Fact]
    public void The_longest_list_has_500_channels()
    {
        Assert.Equal(500, Many(500).Claims!.Channels.Count);
        Assert.Equal("channels has more than 500 entries", Many(501).Detail);

        static TokenReading Many(int count) =>
            TokenText.ReadClaims($"\"channels\":[{string.Join(',', Enumerable.Repeat("\"abc\"", count))}]");
    }

    [Fact]
    public void Ids_are_read()
    {
        var claims = TokenText.ReadClaims("""
            "sid":"s","jti":"j","connection":"c","iss":"i","aud":["a","b"],"other":{"a":[1]}
            """).Claims!;

        Assert.Equal(("s", "j", "c", "i"), (claims.SessionId, claims.Id, claims.ConnectionId, claims.Issuer));
        Assert.Equal(nameof(TokenClaims), claims.ToString());
    }

    [Theory]
    [InlineData("sid", "1")]
    [InlineData("sid", "\"\"")]
    [InlineData("sid", "null")]
    [InlineData("jti", "[]")]
    [InlineData("jti", "\"\"")]
    [InlineData("connection", "7")]
    [InlineData("connection", "\"\\udc00\"")]
    [InlineData("iss", "1")]
    [InlineData("aud", "1")]
    [InlineData("aud", "[1]")]
    [InlineData("aud", "{}")]
    [InlineData("aud", "null")]
    public void Ids_of_another_type_are_malformed(string claim, string json)
    {
        var reading = TokenText.ReadClaims($"\"{claim}\":{json}");

        Assert.Equal(TokenFailure.Malformed, reading.Failure);
        Assert.StartsWith(claim + " is ", reading.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sid")]
    [InlineData("jti")]
    public void The_longest_ids_have_64_bytes(string claim)
    {
        Assert.Equal(TokenFailure.None, TokenText.ReadClaims($"\"{claim}\":\"{new string('a', 64)}\"").Failure);
        Assert.Equal(TokenFailure.Malformed, TokenText.ReadClaims($"\"{claim}\":\"{new string('a', 65)}\"").Failure);
    }

    [Fact]
    public void A_claim_that_is_there_twice_is_malformed() =>
        Assert.Equal(TokenFailure.Malformed, TokenText.ReadClaims("\"sub\":\"a\",\"sub\":\"b\"").Failure);
}
