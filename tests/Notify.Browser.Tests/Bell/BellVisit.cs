using System.Text.Json;
using Microsoft.Playwright;

namespace Notify.Browser.Tests.Bell;

/// <summary>Opens a page with a bell that shows an inbox without a server.</summary>
internal sealed class BellVisit : IAsyncDisposable
{
    /// <summary>Gives the bell an inbox with the items of a product, of which three are unread.</summary>
    public const string Sample = "bell.inbox = window.inbox = fakeInbox(sampleItems());";

    private readonly Site _site;
    private readonly Visit _visit;

    private BellVisit(Site site, Visit visit)
    {
        _site = site;
        _visit = visit;
    }

    public IPage Page => _visit.Page;

    public List<string> Errors => _visit.Errors;

    public ILocator Bell => Page.Locator("notify-bell .button");

    public ILocator Panel => Page.GetByRole(AriaRole.Dialog);

    public ILocator Items => Panel.GetByRole(AriaRole.Article);

    /// <summary>Opens a page.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="script">What the page does with the variable <c>bell</c>.</param>
    /// <param name="attributes">The attributes of the bell.</param>
    /// <param name="html">The language and direction of the page.</param>
    /// <param name="content">What is in the bell.</param>
    /// <param name="options">The window.</param>
    public static async Task<BellVisit> OpenAsync(
        Chromium chromium,
        string script = Sample,
        string attributes = "",
        string html = "lang=en",
        string content = "",
        BrowserNewContextOptions? options = null)
    {
        var site = await Site.StartAsync();
        site.PublishScript("fake-inbox.js", await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Bell", "fake-inbox.js")));
        site.PublishPage($$"""
            <!doctype html>
            <html {{html}}>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Acme</title>
            <style>
              html { color-scheme: light dark }
              body { font-family: sans-serif; margin: 0; background: light-dark(#fff, #111); color: light-dark(#111, #eee) }
              header { display: flex; justify-content: flex-end; padding: 12px }
            </style>
            <header><notify-bell {{attributes}}>{{content}}</notify-bell></header>
            <main><h1>Acme</h1></main>
            <script src="/scripts/fake-inbox.js"></script>
            <script src="/client/notify-bell.min.js"></script>
            <script>
              const bell = document.querySelector('notify-bell'), events = [];
              for (const name of ['open', 'close', 'click', 'action', 'toast', 'count'])
                document.addEventListener('notify-' + name, ({ detail }) =>
                  events.push([name, detail?.item?.offset, detail?.action].filter((part) => part !== undefined).join(' ')));
              {{script}}
            </script>
            """);
        options = new BrowserNewContextOptions(options ?? new()) { ReducedMotion = ReducedMotion.Reduce };
        return new BellVisit(site, await chromium.OpenAsync(site.Url, options));
    }

    /// <summary>Opens the panel.</summary>
    public async Task OpenPanelAsync()
    {
        await Bell.ClickAsync();
        await Assertions.Expect(Panel).ToBeVisibleAsync();
    }

    /// <summary>Stops the time of the page: it goes on when a test says so.</summary>
    public async Task StopClockAsync()
    {
        await Page.Clock.InstallAsync();
        await Page.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1));
    }

    /// <summary>Returns what the bell asked of the inbox.</summary>
    public async Task<string[]> CallsAsync() => await Page.EvaluateAsync<string[]>("inbox.calls");

    /// <summary>Returns the events of the bell, with the offset of the item and the action.</summary>
    public async Task<string[]> EventsAsync() => await Page.EvaluateAsync<string[]>("events");

    /// <summary>Has a notification arrive.</summary>
    public Task ArriveAsync(int offset, object data) =>
        Page.EvaluateAsync($"inbox.arrive(item({offset}, {JsonSerializer.Serialize(data)}, {{ at: new Date().toISOString() }}))");

    public async ValueTask DisposeAsync()
    {
        await _visit.DisposeAsync();
        await _site.DisposeAsync();
    }
}
