using Notify.Protocol.Tokens;
using Notify.Server.Access;

namespace Notify.Server.Tests.Access;

public sealed class ConnectionIdentityTests
{
    private const long Now = 5_000_000;
    private static readonly DateTimeOffset Wall = DateTimeOffset.FromUnixTimeSeconds(1_000_000);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    [Fact]
    public void The_connection_ends_after_the_session_of_its_token_and_the_tolerance()
    {
        var identity = Of(life: 900, spread: 0);

        Assert.Equal(Now + 900_000, identity.ExpiresAt);
        Assert.Equal(Now + 930_000, identity.EndsAt);
        Assert.Equal(900_000, identity.RemainingAt(Now));
        Assert.Equal(0, identity.RemainingAt(Now + 2_000_000));
    }

    [Theory]
    [InlineData(900, 0, 870_000)]
    [InlineData(900, 1, 840_000)]
    [InlineData(60, 1, 18_000)]
    [InlineData(20, 0, 0)]
    [InlineData(20, 1, 0)]
    public void The_client_is_warned_half_a_minute_before_and_up_to_another_half_earlier(int life, double spread, long warnAfter) =>
        Assert.Equal(Now + warnAfter, Of(life, spread).WarnAt);

    [Fact]
    public void A_token_within_the_tolerance_after_its_end_still_gets_it()
    {
        var identity = Of(life: -10, spread: 0);

        Assert.Equal((Now, Now + 30_000), (identity.ExpiresAt, identity.EndsAt));
    }

    [Fact]
    public void Clients_that_came_back_together_are_not_warned_together()
    {
        var random = new Random(1);
        var warnings = Enumerable.Range(0, 2000).Select(_ => Of(900, random.NextDouble()).WarnAt / 1000)
            .GroupBy(second => second).Select(group => group.Count()).ToList();

        // 2,000 tokens of the same second ask for new ones in about thirty different seconds.
        Assert.InRange(warnings.Count, 30, 31);
        Assert.True(warnings.Max() < 110, $"{warnings.Max()} in one second");
    }

    private static ConnectionIdentity Of(int life, double spread)
    {
        var end = Wall.ToUnixTimeSeconds() + life;
        var claims = new TokenClaims { User = "42", IssuedAt = 0, ExpiresAt = end, SessionExpiresAt = end };
        return ConnectionIdentity.Of(claims, Wall, Now, Skew, spread);
    }
}
