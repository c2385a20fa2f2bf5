using System.Globalization;
using Microsoft.Playwright;

namespace Notify.Browser.Tests;

/// <summary>Opens the console in a browser, and performs a person's actions on it.</summary>
internal sealed class ConsoleVisit : IAsyncDisposable
{
    private readonly Visit _visit;

    private ConsoleVisit(Visit visit)
    {
        _visit = visit;
    }

    public IPage Page => _visit.Page;

    public Visit Visit => _visit;

    public ILocator Arrivals => Page.Locator("#list li");

    public ILocator Joined => Page.Locator("#joined li");

    public static async Task<ConsoleVisit> OpenAsync(Chromium chromium, string url, BrowserNewContextOptions? options = null) =>
        new(await chromium.OpenAsync(url, options ?? new BrowserNewContextOptions()));

    public Task ChooseAsync(string transport) =>
        Page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = transport, Exact = true }).First.CheckAsync();

    public async Task JoinAsync(string channel)
    {
        await Page.FillAsync("#channel", channel);
        await Page.ClickAsync("#join button");
        await Assertions.Expect(Joined.Filter(new LocatorFilterOptions { HasText = channel })).ToContainTextAsync("joined, n");
    }

    public Task SendAsync() => Page.ClickAsync("#send button");

    public Task StateIsAsync(string text) => Assertions.Expect(Page.Locator("#state-text")).ToHaveTextAsync(text);

    public Task StateBeginsAsync(string text) => Assertions.Expect(Page.Locator("#state-text")).ToContainTextAsync(text);

    public Task KeyProblemIsAsync(string text) => Assertions.Expect(Page.Locator("#key-problem")).ToHaveTextAsync(text);

    public Task AnswerIsAsync(string text) => Assertions.Expect(Page.Locator("#answer")).ToHaveTextAsync(text);

    /// <summary>Waits until the newest delivery is from this channel at this offset, and shows this text.</summary>
    public async Task ArrivedAsync(string channel, long offset, string text)
    {
        var newest = Arrivals.First;
        await Assertions.Expect(newest.Locator("pre")).ToContainTextAsync(text);
        await Assertions.Expect(newest.Locator(".name")).ToHaveTextAsync(channel);
        await Assertions.Expect(newest.Locator(".offset")).ToHaveTextAsync(string.Create(CultureInfo.InvariantCulture, $"#{offset}"));
    }

    /// <summary>Returns all errors in the page, including violations of its content security policy.</summary>
    public List<string> Faults()
    {
        var faults = new List<string>(_visit.Errors);
        while (_visit.Messages.Reader.TryRead(out var message))
        {
            if (message.Type is "error" or "warning")
            {
                faults.Add(message.Text);
            }
        }

        return faults;
    }

    public ValueTask DisposeAsync() => _visit.DisposeAsync();
}
