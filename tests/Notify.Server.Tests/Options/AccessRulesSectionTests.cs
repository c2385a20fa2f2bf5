using Notify.Server.Options;

namespace Notify.Server.Tests.Options;

public sealed class AccessRulesSectionTests
{
    private const string Secret = "0123456789abcdefghijklmnopqrstuvwxyz";

    [Fact]
    public void Patterns_of_the_file_may_have_any_character_and_are_added_to_those_of_the_setting()
    {
        var options = Load.FromFile(
            """{"Notify":{"Access":{"Rules":{"order:*":"token","a,b=c":"closed","x":"user"}}}}""",
            ("NOTIFY_ACCESS", "open,news:*=open"),
            ("NOTIFY_TOKEN_SECRET", Secret));

        var rules = options.Access.Rules;
        Assert.Equal(AccessRule.Token, rules.Find("order:7").Rule);
        Assert.Equal(AccessRule.Closed, rules.Find("a,b=c").Rule);
        Assert.Equal(AccessRule.User, rules.Find("x").Rule);
        Assert.Equal(4, rules.Patterns.Count);
    }

    [Theory]
    [InlineData("""{"order:*":"everybody"}""", "Access:Rules:order:*=everybody")]
    [InlineData("""{"a*b":"open"}""", "Access:Rules:a*b=open")]
    [InlineData("""{"news:*":"closed"}""", "at most 200 patterns, each once")]
    public void A_rule_that_cannot_be_read_is_an_error_with_its_place(string rules, string part)
    {
        var error = Assert.Single(Load.ErrorsOfFile(
            "{\"Notify\":{\"Access\":{\"Rules\":" + rules + "}}}", ("NOTIFY_ACCESS", "open,news:*=open")));

        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.Contains("appsettings.json", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_member_of_the_section_is_an_error() => Assert.Contains(
        "Access:Mode", Assert.Single(Load.ErrorsOfFile("""{"Notify":{"Access":{"Mode":"observe"}}}""")), StringComparison.Ordinal);

    [Fact]
    public void The_report_lists_the_rules_with_examples()
    {
        var report = SettingsReport.Write(NotifyOptionsLoader.Read(
            new Dictionary<string, string>
            {
                ["NOTIFY_ACCESS"] = "token,news:*=open,audit=closed",
                ["NOTIFY_ACCESS_MODE"] = "observe",
                ["NOTIFY_TOKEN_SECRET"] = Secret,
            },
            file: null));

        Assert.Contains("  news:*        open    for example news:1, news:42, news:a\n", report, StringComparison.Ordinal);
        Assert.Contains("  audit         closed  for example audit\n", report, StringComparison.Ordinal);
        Assert.Contains("  (all others)  token   for example news, team:1, user:42\n", report, StringComparison.Ordinal);
        Assert.Contains("Nobody is refused", report, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, report, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rules_the_report_does_not_mention_them()
    {
        var report = SettingsReport.Write(NotifyOptionsLoader.Read(new Dictionary<string, string>(), file: null));

        Assert.DoesNotContain("Who may join", report, StringComparison.Ordinal);
    }
}
