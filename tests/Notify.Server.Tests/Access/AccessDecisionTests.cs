using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Options;

namespace Notify.Server.Tests.Access;

public sealed class AccessDecisionTests
{
    private const string Rules = "token,news:*=open,staff:*=user,order:*=ask,audit:*=closed,audit:public=open,user:root=closed";

    [Theory]
    [InlineData("news:1", null, null, "allowed")]
    [InlineData("audit:1", "42", "*", "forbidden")]
    [InlineData("audit:public", null, null, "allowed")]
    [InlineData("staff:1", null, null, "unauthorized")]
    [InlineData("staff:1", "42", null, "allowed")]
    [InlineData("staff:1", null, "staff:1", "forbidden")]
    [InlineData("team:1", null, null, "unauthorized")]
    [InlineData("team:1", "42", null, "forbidden")]
    [InlineData("team:1", "42", "team:1", "allowed")]
    [InlineData("team:1", null, "team:*", "allowed")]
    [InlineData("team:1", "42", "*", "allowed")]
    [InlineData("team", "42", "team:*", "forbidden")]
    [InlineData("order:1", null, null, "unauthorized")]
    [InlineData("order:1", "42", null, "ask")]
    [InlineData("order:1", "42", "order:*", "allowed")]
    [InlineData("user:42", "42", null, "allowed")]
    [InlineData("user:42", "4", null, "forbidden")]
    [InlineData("user:42", "42 ", null, "forbidden")]
    [InlineData("user:42", "7", "*", "forbidden")]
    [InlineData("user:42", "7", "us*", "forbidden")]
    [InlineData("user:42", "7", "user:*", "allowed")]
    [InlineData("user:42", null, "user:42", "allowed")]
    [InlineData("user:root", "root", null, "forbidden")]
    public void A_join_is_decided_by_the_longest_pattern(string channel, string? user, string? grant, string decision) =>
        Assert.Equal(decision, AccessDecision.Of(Parse(Rules), channel, Claims(user, grant)).Name);

    [Fact]
    public void A_token_of_the_join_grants_its_channels_beside_the_token_of_the_connection()
    {
        var rules = Parse("token");

        Assert.Equal("allowed", AccessDecision.Of(rules, "team:1", null, Claims(null, "team:1")).Name);
        Assert.Equal("allowed", AccessDecision.Of(rules, "team:1", Claims("42", null), Claims("42", "team:1")).Name);
        Assert.Equal("forbidden", AccessDecision.Of(rules, "team:2", Claims("42", null), Claims("42", "team:1")).Name);
    }

    [Fact]
    public void The_backend_is_asked_about_a_client_without_a_token_only_with_its_credentials()
    {
        var rules = Parse("ask");

        Assert.Equal("unauthorized", AccessDecision.Of(rules, "c", null).Name);
        Assert.Equal("ask", AccessDecision.Of(rules, "c", null, hasCredentials: true).Name);
        Assert.Equal("unauthorized", AccessDecision.Of(Parse("token"), "c", null, hasCredentials: true).Name);
    }

    [Fact]
    public void A_decision_names_its_pattern()
    {
        var decision = AccessDecision.Of(Parse(Rules), "audit:1", null);

        Assert.Equal((AccessRule.Closed, "audit:*", "the channel is closed"), (decision.Rule, decision.Pattern?.ToString(), decision.Step));
        Assert.Null(AccessDecision.Of(Parse(Rules), "team:1", null).Pattern);
    }

    private static AccessRules Parse(string text)
    {
        Assert.True(AccessRules.TryParse(text, out var rules));
        return rules;
    }

    private static TokenClaims? Claims(string? user, string? grant)
    {
        if (user is null && grant is null)
        {
            return null;
        }

        var patterns = new List<ChannelPattern>();
        if (grant is not null)
        {
            Assert.True(ChannelPattern.TryParse(grant, out var pattern));
            patterns.Add(pattern);
        }

        return new TokenClaims
        {
            User = user,
            Channels = new ChannelGrants(patterns),
            IssuedAt = 0,
            ExpiresAt = 900,
            SessionExpiresAt = 900,
        };
    }
}
