using Notify.Protocol.Tokens;

namespace Notify.Protocol.Tests.Tokens;

public sealed class ChannelPatternTests
{
    [Theory]
    [InlineData("news", "news", true)]
    [InlineData("news", "newsroom", false)]
    [InlineData("news", "News", false)]
    [InlineData("news*", "news", true)]
    [InlineData("news*", "newsroom", true)]
    [InlineData("news*", "new", false)]
    [InlineData("*", "anything", true)]
    [InlineData("caf\u00e9", "cafe\u0301", false)]
    public void A_pattern_is_a_name_or_a_prefix(string text, string channel, bool isMatch)
    {
        Assert.True(ChannelPattern.TryParse(text, out var pattern));

        Assert.Equal(isMatch, pattern.Matches(channel));
        Assert.Equal(text, pattern.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("**")]
    [InlineData("*a")]
    [InlineData("a*b")]
    [InlineData("a**")]
    public void Another_text_is_none(string text) => Assert.False(ChannelPattern.TryParse(text, out _));

    [Fact]
    public void Half_of_a_surrogate_pair_is_in_no_pattern() =>
        Assert.All(["\ud800", "\udc00a", "a\ud83d*", "a\ud83db"], static text => Assert.False(ChannelPattern.TryParse(text, out _)));

    [Fact]
    public void The_longest_name_has_200_bytes()
    {
        var longest = new string('\u00e9', 100);

        Assert.True(ChannelPattern.TryParse(longest, out _));
        Assert.True(ChannelPattern.TryParse(longest + "*", out _));
        Assert.False(ChannelPattern.TryParse(longest + "a", out _));
        Assert.False(ChannelPattern.TryParse(longest + "a*", out _));
        Assert.True(ChannelPattern.TryParse("\U0001F600", out _));
    }

    [Theory]
    [InlineData("*", false)]
    [InlineData("use*", false)]
    [InlineData("user*", false)]
    [InlineData("user:*", true)]
    [InlineData("user:4*", true)]
    [InlineData("user:42", true)]
    [InlineData("user:43", false)]
    public void Channels_of_users_need_a_pattern_that_names_them(string text, bool isGranted)
    {
        Assert.True(ChannelPattern.TryParse(text, out var pattern));

        Assert.Equal(isGranted, pattern.Grants("user:42"));
        Assert.Equal(isGranted, new ChannelGrants([pattern]).Contains("user:42"));
    }

    [Fact]
    public void Equal_texts_are_equal_patterns()
    {
        Assert.True(ChannelPattern.TryParse("a*", out var first));
        Assert.True(ChannelPattern.TryParse("a*", out var second));
        Assert.True(ChannelPattern.TryParse("a", out var name));

        Assert.Equal(first, second);
        Assert.NotEqual(first, name);
    }

    [Fact]
    public void Each_failure_has_a_reason_and_a_code()
    {
        var failures = Enum.GetValues<TokenFailure>();

        Assert.Equal(failures.Length, failures.Select(TokenCodes.Reason).Distinct().Count());
        Assert.Equal(
            ["bad_token", "blocked", "token_expired", "token_revoked", "unavailable"],
            failures.Select(TokenCodes.Of).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal("unavailable", TokenCodes.Of(TokenFailure.NoKeys));
    }
}
