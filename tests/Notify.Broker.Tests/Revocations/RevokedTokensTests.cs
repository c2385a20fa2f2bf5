using Notify.Broker.Revocations;
using Notify.Protocol.Tokens;

namespace Notify.Broker.Tests.Revocations;

/// <summary>Tests which tokens are refused.</summary>
public sealed class RevokedTokensTests
{
    private const long Now = 1_000_000;

    private readonly SetClock _clock = new(Now);
    private readonly RevokedTokens _revocations;

    public RevokedTokensTests()
    {
        _revocations = new RevokedTokens(_clock);
        _revocations.MarkRead();
    }

    [Fact]
    public void No_token_is_accepted_before_the_revocations_are_read() =>
        Assert.Equal(TokenFailure.NoKeys, new RevokedTokens(_clock).Check(Token(issuedAt: Now)));

    [Theory]
    [InlineData(RevocationKind.User, "42", 100, TokenFailure.Revoked)]
    [InlineData(RevocationKind.User, "42", 99, TokenFailure.None)]
    [InlineData(RevocationKind.User, "43", 100, TokenFailure.None)]
    [InlineData(RevocationKind.User, "s", 100, TokenFailure.None)]
    [InlineData(RevocationKind.Session, "s", 100, TokenFailure.Revoked)]
    [InlineData(RevocationKind.Session, "s", 99, TokenFailure.None)]
    [InlineData(RevocationKind.TokenId, "j", 100, TokenFailure.Revoked)]
    [InlineData(RevocationKind.TokenId, "42", 100, TokenFailure.None)]
    public void A_token_of_that_second_or_an_earlier_one_is_refused(RevocationKind kind, string name, long before, TokenFailure failure)
    {
        _revocations.Apply(new Revocation(kind, name, before, Now + 10));

        Assert.Equal(failure, _revocations.Check(Token(issuedAt: 100)));
        Assert.Equal(TokenFailure.None, _revocations.Check(new TokenClaims { IssuedAt = 100, ExpiresAt = Now, SessionExpiresAt = Now }));
    }

    [Fact]
    public void A_block_holds_for_all_tokens_until_its_end()
    {
        _revocations.Apply(new Revocation(RevocationKind.BlockedUser, "42", 0, Now + 10, 1));
        Assert.Equal(TokenFailure.Blocked, _revocations.Check(Token(issuedAt: Now + 5)));

        _clock.Seconds += 10;

        Assert.Equal(TokenFailure.None, _revocations.Check(Token(issuedAt: Now + 5)));
    }

    [Fact]
    public void The_order_in_which_changes_arrive_does_not_matter()
    {
        Revocation[] changes =
        [
            new(RevocationKind.User, "42", 50, Now + 50, 1), new(RevocationKind.User, "42", 40, Now + 60, 2),
            new(RevocationKind.BlockedUser, "42", 0, Now + 50, 3), new(RevocationKind.BlockedUser, "42", 0, Now, 4),
        ];
        foreach (var order in (int[][])[[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [3, 3, 1, 2, 0, 1]])
        {
            var revocations = new RevokedTokens(_clock);
            foreach (var i in order)
            {
                revocations.Apply(changes[i]);
            }

            Assert.Equal(new Revocation(RevocationKind.User, "42", 50, Now + 60, 2), revocations.Find(RevocationKind.User, "42"));
            Assert.Equal(changes[3], revocations.Find(RevocationKind.BlockedUser, "42"));
        }
    }

    [Fact]
    public void A_change_has_a_new_version_and_a_repetition_has_none()
    {
        var revocation = new Revocation(RevocationKind.User, "42", 50, Now + 50, 1);
        Assert.True(_revocations.Apply(revocation));
        var version = _revocations.Version;

        Assert.False(_revocations.Apply(revocation));

        Assert.Equal(version, _revocations.Version);
    }

    [Fact]
    public void The_list_has_pages()
    {
        foreach (var i in Enumerable.Range(0, 25))
        {
            _revocations.Apply(new Revocation((RevocationKind)((i % 4) + 1), $"n{i:00}", 1, Now + 1));
        }

        var listed = new List<Revocation>();
        (RevocationKind, string)? after = null;
        while (_revocations.List(after, 7) is { Count: > 0 } page)
        {
            listed.AddRange(page);
            after = (page[^1].Kind, page[^1].Name);
        }

        Assert.Equal(25, listed.Distinct().Count());
        Assert.Equal(listed.OrderBy(each => each.Kind).ThenBy(each => each.Name, StringComparer.Ordinal), listed);
    }

    [Fact]
    public void What_has_ended_is_removed_after_an_hour()
    {
        _revocations.Apply(new Revocation(RevocationKind.User, "42", 1, Now + 1));
        _clock.Seconds += Revocation.Afterlife;
        _revocations.Trim();
        Assert.Equal(1, _revocations.Count);

        _clock.Seconds += 2;
        _revocations.Trim();

        Assert.Equal(0, _revocations.Count);
        Assert.Null(_revocations.Find(RevocationKind.User, "42"));
    }

    private static TokenClaims Token(long issuedAt) => new()
    {
        User = "42",
        SessionId = "s",
        Id = "j",
        IssuedAt = issuedAt,
        ExpiresAt = Now,
        SessionExpiresAt = Now,
    };
}
