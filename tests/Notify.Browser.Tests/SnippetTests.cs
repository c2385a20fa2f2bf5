using Microsoft.Playwright;

namespace Notify.Browser.Tests;

/// <summary>Tests every snippet, as the console shows it.</summary>
public class SnippetTests(Chromium chromium, Servers servers) : IClassFixture<Chromium>, IClassFixture<Servers>
{
    private const string Secret = "NOTIFICATION_SECRET";

    // The characters that have a special meaning in a string of some language.
    private const string Awkward = "it's \"my\" $HOME #{x} `y` \\ {z} <b> é ";

    [Theory]
    [InlineData("curl", "send.sh", "bash")]
    [InlineData("PHP", "send.php", "php")]
    [InlineData("Node", "send.mjs", "node")]
    [InlineData("Python", "send.py", "python3")]
    [InlineData("C#", "send.cs", "dotnet", "run")]
    [InlineData("Ruby", "send.rb", "ruby")]
    public async Task A_sender_sends(string name, string file, params string[] command)
    {
        var channel = Awkward + Channel.Next();
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        await console.ChooseAsync("WebSocket");
        await console.JoinAsync(channel);
        await console.Page.GetByLabel("Show with the secret typed above").CheckAsync();
        var text = await SnippetAsync(console, "#senders", name);
        Assert.Contains(servers.Broker.Url, text, StringComparison.Ordinal);
        var output = await Runtimes.RunAsync(text, file, command);
        Assert.Contains("\"ok\"", output, StringComparison.Ordinal);
        await console.ArrivedAsync(channel, 1, "Hello from " + name);
    }

    [Theory]
    [InlineData("Socket.IO")]
    [InlineData("WebSocket")]
    [InlineData("Server-sent events")]
    public async Task A_receiver_receives(string name)
    {
        var channel = Awkward + Channel.Next();
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        await console.Page.FillAsync("#send-channel", channel);
        await using var site = await Site.StartAsync();
        site.Publish(await SnippetAsync(console, "#receivers", name));
        await using var visit = await chromium.OpenAsync(site);
        await WroteAsync(visit, "joined");
        await servers.Broker.SendAsync(channel, "Hello");
        Assert.StartsWith(channel + " 1 ", await WroteAsync(visit, "Hello"), StringComparison.Ordinal);
        Assert.Empty(visit.Errors);
    }

    [Theory]
    [InlineData("Socket.IO")]
    [InlineData("WebSocket")]
    [InlineData("Server-sent events")]
    public async Task A_receiver_that_keeps_its_position_is_told_what_it_missed(string name)
    {
        var channel = Awkward + Channel.Next();
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        await console.Page.FillAsync("#send-channel", channel);
        await console.Page.GetByLabel("Also receive notifications missed").CheckAsync();
        await using var site = await Site.StartAsync();
        site.Publish(await SnippetAsync(console, "#receivers", name));
        await using var visit = await chromium.OpenAsync(site);
        await WroteAsync(visit, "joined");
        await servers.Broker.SendAsync(channel, "seen");
        Assert.StartsWith(channel + " 1 ", await WroteAsync(visit, "seen"), StringComparison.Ordinal);

        await visit.Page.GotoAsync("about:blank");
        await servers.Broker.SendAsync(channel, "missed");
        await visit.Page.GotoAsync(site.Url);

        Assert.StartsWith(channel + " 2 ", await WroteAsync(visit, channel + " "), StringComparison.Ordinal);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_snippet_has_a_placeholder_for_the_secret_until_it_is_asked_for()
    {
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url + "/?key=k%3C1", new BrowserNewContextOptions
        {
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        Assert.Contains("k\\u003c1", await SnippetAsync(console, "#receivers", "Socket.IO"), StringComparison.Ordinal);
        foreach (var name in new[] { "curl", "PHP", "Node", "Python", "C#", "Ruby" })
        {
            var text = await SnippetAsync(console, "#senders", name);
            Assert.Contains("YOUR_SECRET", text, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        }

        await console.Page.ClickAsync("#copy-sender");
        await Assertions.Expect(console.Page.Locator("#copy-sender")).ToHaveTextAsync("Copied");
        var sender = await console.Page.Locator("#sender").TextContentAsync();
        Assert.Equal(sender, await console.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        Assert.Empty(console.Faults());
    }

    private static async Task<string> SnippetAsync(ConsoleVisit console, string group, string name)
    {
        await console.Page.Locator(group).GetByRole(AriaRole.Radio, new LocatorGetByRoleOptions { Name = name, Exact = true }).CheckAsync();
        return (await console.Page.Locator(group.TrimEnd('s')).TextContentAsync())!;
    }

    private static async Task<string> WroteAsync(Visit visit, string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var message in visit.Messages.Reader.ReadAllAsync(patience.Token))
        {
            if (message.Text.Contains(text, StringComparison.Ordinal))
            {
                return message.Text;
            }
        }

        throw new InvalidOperationException("The page is gone.");
    }
}
