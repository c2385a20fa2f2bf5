using Notify.Broker.History;
using Notify.Protocol.Tokens;
using Notify.Server.Backends;

namespace Notify.Server.Tests.Backends;

/// <summary>Tests which channels a backend may use, and how they are listed.</summary>
public sealed class ChannelScopeTests
{
    private static readonly string[] Known =
        ["a", "a:1", "a:2", "ab", "b", "c:1", "c:2", "c:3", "c:30", "d", "é", "\uFF5E", "\U0001F600"];

    [Theory]
    [InlineData("*", "", null, 99, "a a:1 a:2 ab b c:1 c:2 c:3 c:30 d é \uFF5E \U0001F600")]
    [InlineData("c:*", "", null, 99, "c:1 c:2 c:3 c:30")]
    [InlineData("c:* c:3* c:1", "", null, 99, "c:1 c:2 c:3 c:30")]
    [InlineData("d a a:*", "", null, 99, "a a:1 a:2 d")]
    [InlineData("d a a:*", "", null, 3, "a a:1 a:2")]
    [InlineData("d a a:*", "", "a:1", 99, "a:2 d")]
    [InlineData("d a a:*", "", "d", 99, "")]
    [InlineData("c:*", "c:3", null, 99, "c:3 c:30")]
    [InlineData("c:3", "c:3", null, 99, "c:3")]
    [InlineData("c:3", "", null, 99, "c:3")]
    [InlineData("c:", "", null, 99, "")]
    [InlineData("c:3", "c:30", null, 99, "")]
    [InlineData("c:3*", "d", null, 99, "")]
    [InlineData("\U0001F600 é \uFF5E", "", null, 2, "é \uFF5E")]
    public async Task A_page_has_the_allowed_channels_in_order(string patterns, string prefix, string? after, int limit, string expected)
    {
        var scope = Of(patterns);

        var found = await scope.ListAsync(prefix, after, limit, ListAsync, static name => name);

        Assert.Equal(expected, string.Join(' ', found));
        Assert.All(found, name => Assert.True(scope.Contains(name)));
    }

    [Theory]
    [InlineData("order:*", "order:7", true)]
    [InlineData("order:*", "order:", true)]
    [InlineData("order:*", "order", false)]
    [InlineData("order", "order", true)]
    [InlineData("order", "order:7", false)]
    [InlineData("*", "user:7", true)]
    [InlineData("ORDER", "order", false)]
    public void A_pattern_is_a_name_or_a_prefix(string pattern, string channel, bool isAllowed) =>
        Assert.Equal(isAllowed, Of(pattern).Contains(channel));

    private static ChannelScope Of(string patterns) => new(
    [
        .. patterns.Split(' ')
            .Select(text => ChannelPattern.TryParse(text, out var pattern) ? pattern : throw new InvalidOperationException(text)),
    ]);

    private static Task<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit) => Task.FromResult<IReadOnlyList<string>>(
    [
        .. Known.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Where(name => after is null || Utf8Order.Instance.Compare(name, after) > 0)
            .OrderBy(name => name, Utf8Order.Instance)
            .Take(limit),
    ]);
}
