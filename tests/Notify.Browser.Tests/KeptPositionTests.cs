using System.Text.RegularExpressions;

namespace Notify.Browser.Tests;

/// <summary>Tests the README's pages for a browser that was closed, unchanged except for the address and the channel.</summary>
public sealed partial class KeptPositionTests(Chromium chromium, Servers servers) : IClassFixture<Chromium>, IClassFixture<Servers>
{
    [Theory]
    [InlineData("WebSocket")]
    [InlineData("Socket.IO")]
    [InlineData("Server-sent events")]
    public async Task A_page_that_is_opened_again_is_told_what_it_missed(string transport)
    {
        var (broker, channel) = (servers.Broker, Channel.Next());
        servers.Site.Publish(Snippet(transport)
            .Replace("localhost:3000", new Uri(broker.Url).Authority, StringComparison.Ordinal)
            .Replace("my channel", channel, StringComparison.Ordinal)
            .Replace("my+channel", channel, StringComparison.Ordinal)
            .Replace("console.log(", "show(JSON.stringify(", StringComparison.Ordinal)
            .Replace("show(JSON.stringify(message.data)", "show(JSON.stringify(message.data))", StringComparison.Ordinal)
            .Replace("show(JSON.stringify(notification)", "show(JSON.stringify(notification))", StringComparison.Ordinal)
            .Replace(
                "show(JSON.stringify(JSON.parse(event.data).data)",
                "show(JSON.stringify(JSON.parse(event.data).data))",
                StringComparison.Ordinal));
        await using var visit = await chromium.OpenAsync(servers.Site);
        var first = visit.Page;

        // The page does not report its join.
        var sent = 0;
        for (; await first.Locator("#notifications li").CountAsync() == 0; await Task.Delay(20))
        {
            await broker.SendAsync(channel, $"seen {++sent}");
        }

        await first.GetByText($"seen {sent}\"").WaitForAsync();

        // A page may receive one more notification while it closes. After a navigation it receives nothing.
        await first.GotoAsync("about:blank");
        await first.CloseAsync();
        await broker.SendAsync(channel, "missed 1");
        await broker.SendAsync(channel, "missed 2");

        var again = await first.Context.NewPageAsync();
        await again.GotoAsync(servers.Site.Url);
        await again.GetByText("missed 2").WaitForAsync();
        await broker.SendAsync(channel, "live");
        await again.GetByText("live").WaitForAsync();

        Assert.Equal(
            ["""{"description":"missed 1"}""", """{"description":"missed 2"}""", """{"description":"live"}"""],
            await again.Locator("#notifications li").AllTextContentsAsync());
        Assert.Empty(visit.Errors);
    }

    private static string Snippet(string transport)
    {
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "protocol.md"));
        var section = page[page.IndexOf($"\n## {transport}\n", StringComparison.Ordinal)..];
        var from = transport == "WebSocket" ? 0 : section.IndexOf("ontinue after a page load", StringComparison.Ordinal);
        var match = Block().Match(section, from);
        Assert.True(match.Success, $"The protocol reference has no page for {transport}.");
        return match.Groups["page"].Value;
    }

    [GeneratedRegex("```html\n(?<page>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();
}
