using Notify.Protocol.Tokens;

namespace Notify.Protocol.Tests.Tokens;

public sealed class TokenTimesTests
{
    private const long Now = 1_800_000_000;
    private const long Day = 86_400;

    private static readonly TokenRules Rules = new();

    [Theory]
    [InlineData(1, TokenFailure.None)]
    [InlineData(0, TokenFailure.None)]
    [InlineData(-29, TokenFailure.None)]
    [InlineData(-30, TokenFailure.Expired)]
    [InlineData(-Now, TokenFailure.Expired)]
    [InlineData(Day + 30, TokenFailure.None)]
    [InlineData(Day + 31, TokenFailure.TooLong)]
    public void The_end_is_neither_past_nor_too_far_away(long from, TokenFailure failure) =>
        Assert.Equal(failure, Check(new TokenTimesOf(Now + from)).Failure);

    [Fact]
    public void A_moment_before_the_end_of_the_tolerance_a_token_holds()
    {
        var claims = Claims(new TokenTimesOf(Now - 30));

        Assert.Equal(TokenFailure.None, TokenTimes.Check(claims, Rules, At(Now).AddMilliseconds(-1), out _));
        Assert.Equal(TokenFailure.Expired, TokenTimes.Check(claims, Rules, At(Now), out var detail));
        Assert.Equal("its exp has passed", detail);
    }

    [Theory]
    [InlineData(30, TokenFailure.None)]
    [InlineData(31, TokenFailure.NotYetValid)]
    public void A_token_of_the_future_is_not_yet_valid(long from, TokenFailure failure) =>
        Assert.Equal(failure, Check(new TokenTimesOf(Now + 100, NotBefore: Now + from)).Failure);

    [Theory]
    [InlineData(Day + 30, TokenFailure.None)]
    [InlineData(Day + 31, TokenFailure.TooLong)]
    public void The_session_ends_in_time_too(long from, TokenFailure failure) =>
        Assert.Equal(failure, Check(new TokenTimesOf(Now + 60, SessionEnd: Now + from)).Failure);

    [Theory]
    [InlineData(Now * 1000, "its exp or session_exp looks like milliseconds; both are seconds")]
    [InlineData((Now - 10) * 1000, "its exp or session_exp is further away than NOTIFY_TOKEN_MAX_AGE")]
    [InlineData((Now + 900) * 1000, "its exp or session_exp looks like milliseconds; both are seconds")]
    [InlineData(Now + Day + 31, "its exp or session_exp is further away than NOTIFY_TOKEN_MAX_AGE")]
    [InlineData(9_007_199_254_740_991, "its exp or session_exp looks like milliseconds; both are seconds")]
    public void Milliseconds_are_recognized(long end, string detail) =>
        Assert.Equal((TokenFailure.TooLong, detail), Check(new TokenTimesOf(end)));

    [Fact]
    public void The_first_failure_counts()
    {
        Assert.Equal(TokenFailure.Expired, Check(new TokenTimesOf(Now - 60, NotBefore: Now + 60, SessionEnd: Now + (2 * Day))).Failure);
        Assert.Equal(TokenFailure.NotYetValid, Check(new TokenTimesOf(Now + 60, NotBefore: Now + 60, SessionEnd: Now + (2 * Day))).Failure);
    }

    [Fact]
    public void Without_tolerance_the_second_counts()
    {
        var strict = new TokenRules { Skew = TimeSpan.Zero, MaxAge = TimeSpan.FromMinutes(1) };

        Assert.Equal(TokenFailure.Expired, TokenTimes.Check(Claims(new TokenTimesOf(Now)), strict, At(Now), out _));
        Assert.Equal(TokenFailure.None, TokenTimes.Check(Claims(new TokenTimesOf(Now + 60, NotBefore: Now)), strict, At(Now), out _));
        Assert.Equal(TokenFailure.TooLong, TokenTimes.Check(Claims(new TokenTimesOf(Now + 61)), strict, At(Now), out _));
    }

    private static (TokenFailure Failure, string Detail) Check(TokenTimesOf times) =>
        (TokenTimes.Check(Claims(times), Rules, At(Now), out var detail), detail);

    private static DateTimeOffset At(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private static TokenClaims Claims(TokenTimesOf times) => new()
    {
        ExpiresAt = times.End,
        SessionExpiresAt = times.SessionEnd ?? times.End,
        IssuedAt = Now,
        NotBefore = times.NotBefore,
    };

    private sealed record TokenTimesOf(long End, long? NotBefore = null, long? SessionEnd = null);
}
