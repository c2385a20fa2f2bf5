using Notify.Protocol.Tokens;
using Notify.Server.Options;

namespace Notify.Server.Tests.Options;

public sealed class AccessRulesTests
{
    [Theory]
    [InlineData("other", AccessRule.Token, null)]
    [InlineData("news:1", AccessRule.Open, "news:*")]
    [InlineData("news:a:1", AccessRule.Closed, "news:a:*")]
    [InlineData("news:a:open", AccessRule.User, "news:a:open")]
    [InlineData("news:", AccessRule.Open, "news:*")]
    [InlineData("NEWS:1", AccessRule.Token, null)]
    public void The_longest_pattern_decides(string channel, AccessRule rule, string? pattern)
    {
        Assert.True(AccessRules.TryParse("token, news:* = open,news:a:*=CLOSED,news:a:open=user", out var rules));

        var found = rules.Find(channel);

        Assert.Equal((rule, pattern), (found.Rule, found.Pattern?.ToString()));
    }

    [Theory]
    [InlineData("open", true)]
    [InlineData("Open,a=open", true)]
    [InlineData("open,a=closed", false)]
    [InlineData("user", false)]
    public void Rules_are_open_when_all_are(string text, bool isOpen)
    {
        Assert.True(AccessRules.TryParse(text, out var rules));

        Assert.Equal(isOpen, rules.IsOpen);
    }

    [Fact]
    public void Rules_are_written_as_they_are_read()
    {
        const string Text = "open,a=user,b*=token,c=ask,=*=closed";

        Assert.True(AccessRules.TryParse(Text, out var rules));

        Assert.Equal(Text, rules.ToString());
        Assert.Equal(5, rules.All.Count);
        Assert.Equal(AccessRule.Closed, rules.Find("=x").Rule);
    }

    [Theory]
    [InlineData("")]
    [InlineData("all")]
    [InlineData("a=open")]
    [InlineData("open,")]
    [InlineData("open,a")]
    [InlineData("open,a=all")]
    [InlineData("open,=open")]
    [InlineData("open,a*b=open")]
    [InlineData("open,a=open,a=closed")]
    [InlineData("open,a*=open,a*=open")]
    public void Another_text_is_refused(string text) => Assert.False(AccessRules.TryParse(text, out _));

    [Fact]
    public void At_most_200_patterns_are_taken()
    {
        Assert.True(AccessRules.TryParse(Many(200), out var rules));
        Assert.Equal(200, rules.Patterns.Count);
        Assert.False(AccessRules.TryParse(Many(201), out _));

        static string Many(int count) => "open," + string.Join(',', Enumerable.Range(0, count).Select(static i => $"c{i}=user"));
    }

    [Fact]
    public void A_name_and_a_prefix_of_the_same_text_are_two_patterns()
    {
        Assert.True(AccessRules.TryParse("open,a=user,a*=closed", out var rules));

        Assert.Equal((AccessRule.User, AccessRule.Closed), (rules.Find("a").Rule, rules.Find("ab").Rule));
        Assert.True(ChannelPattern.TryParse("a*", out var pattern));
        Assert.Null(AccessRules.TryCreate(AccessRule.Open, [new(pattern, AccessRule.User), new(pattern, AccessRule.User)]));
    }
}
