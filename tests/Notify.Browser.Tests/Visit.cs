using System.Threading.Channels;
using Microsoft.Playwright;

namespace Notify.Browser.Tests;

/// <summary>Opens a page in a browser without earlier state, and collects every error in it.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private Visit(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        Page.PageError += (_, error) => Errors.Add(error);
        Page.Console += (_, message) => Messages.Writer.TryWrite(message);
    }

    public IPage Page { get; }

    public List<string> Errors { get; } = [];

    /// <summary>Gets the messages of the page and the browser on the browser's console.</summary>
    public Channel<IConsoleMessage> Messages { get; } = System.Threading.Channels.Channel.CreateUnbounded<IConsoleMessage>();

    public static async Task<Visit> StartAsync(IBrowser browser, string url, BrowserNewContextOptions options, int timeout)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions(options) { IgnoreHTTPSErrors = true });
        context.SetDefaultTimeout(timeout);
        var visit = new Visit(context, await context.NewPageAsync());

        // Not the whole load, because a poll by script element is a part of the page that never ends.
        await visit.Page.GotoAsync(url, new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded });
        return visit;
    }

    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
