using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

namespace Notify.Browser.Tests;

/// <summary>Opens the tabs of one browser with the inbox of a user that no other test uses.</summary>
internal sealed class InboxTabs : IAsyncDisposable
{
    private const string Known = "({ status, unread, items }, list) => ({ status, unread, list: items.map(item => item.data) })";

    private readonly Visit _visit;
    private readonly string _address;
    private readonly HttpClient _backend;
    private int _published;

    private InboxTabs(Visit visit, string address, string broker, string user)
    {
        (_visit, _address, User) = (visit, address, user);
        _backend = new HttpClient { BaseAddress = new Uri(broker) };
        _backend.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "NOTIFICATION_SECRET");
        Pages.Add(visit.Page);
    }

    public string User { get; }

    public List<IPage> Pages { get; } = [];

    public List<string> Errors => _visit.Errors;

    /// <summary>Opens the first tab, which has the connection when this returns.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="site">The site of the page.</param>
    /// <param name="broker">The address of the server.</param>
    /// <param name="options">Returns more options of the client, as JavaScript, for a user.</param>
    public static async Task<InboxTabs> OpenAsync(Chromium chromium, Site site, string broker, Func<string, string>? options = null)
    {
        var user = Guid.NewGuid().ToString();
        site.PublishPage($$"""
            <!doctype html>
            <title>Inbox</title>
            <script type="module">
              import { connect } from '/client/notify.js';
              window.heard = { notification: [], toast: [], error: [] };
              window.inbox = connect({ url: '{{broker}}', user: '{{user}}', {{options?.Invoke(user)}} });
              for (const [event, list] of Object.entries(heard)) inbox.on(event, value => list.push(value.data ?? value));
              // When each number of unread items was shown for the first time.
              window.shown = {};
              inbox.on('change', ({ unread }) => window.shown[unread] ??= performance.timeOrigin + performance.now());
            </script>
            """);
        var tabs = new InboxTabs(await chromium.OpenAsync(site.Url, new BrowserNewContextOptions()), site.Url, broker, user);
        await LiveAsync(tabs.Pages[0]);
        return tabs;
    }

    /// <summary>Opens another tab.</summary>
    public async Task<IPage> AddAsync()
    {
        var page = await _visit.Page.Context.NewPageAsync();
        page.PageError += (_, error) => Errors.Add(error);
        Pages.Add(page);
        await page.GotoAsync(_address);
        return page;
    }

    /// <summary>Waits until a tab knows what the server knows.</summary>
    public static Task LiveAsync(IPage page) => UntilAsync(page, "inbox.getSnapshot().status === 'live'");

    /// <summary>Waits for a condition on what a tab shows.</summary>
    public static async Task UntilAsync(IPage page, string condition)
    {
        try
        {
            await page.WaitForFunctionAsync($"() => window.inbox && ({condition})");
        }
        catch (TimeoutException timeout)
        {
            var state = await page.EvaluateAsync<string>(
                $"() => JSON.stringify({{ ...({Known})(inbox.getSnapshot()), heard: window.heard }}).slice(0, 2000)");
            throw new InvalidOperationException($"Not so: {condition}. The tab has {state}", timeout);
        }
    }

    /// <summary>Publishes so many notifications, several at once. Their data are the numbers from 1 on.</summary>
    public Task PublishAsync(int count)
    {
        var numbers = Enumerable.Range(_published + 1, count);
        _published += count;
        return Parallel.ForEachAsync(numbers, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, cancelled) =>
        {
            var body = new { channel = "user:" + User, notification = number };
            using var response = await _backend.PostAsJsonAsync("/api/notifications", body, cancelled);
            response.EnsureSuccessStatusCode();
        });
    }

    /// <summary>Returns a number of the server about the inbox.</summary>
    public async Task<long> CountAsync(string name) => (await AskAsync("/api/inbox/count?user=" + User)).GetProperty(name).GetInt64();

    /// <summary>
    /// Returns for how many milliseconds the tabs showed different numbers of unread items: in the median of all numbers, and at most.
    /// </summary>
    public async Task<(double Median, double Longest)> SpreadAsync()
    {
        var shown = await Task.WhenAll(
            Pages.Select(static page => page.EvaluateAsync<Dictionary<string, double>>("() => window.shown")));

        // Each tab began with 0 when it was opened.
        var times = shown[0].Keys.Where(number => number != "0" && shown.All(tab => tab.ContainsKey(number)))
            .Select(number => shown.Max(tab => tab[number]) - shown.Min(tab => tab[number])).Order().ToList();
        return (times[times.Count / 2], times[^1]);
    }

    /// <summary>Waits until each toast was shown in one tab. Those that are still to come are waited for.</summary>
    public async Task ToastsAsync(int expected)
    {
        List<int> all = [];
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        for (; all.Count < expected && !limit.IsCancellationRequested; await Task.Delay(50))
        {
            var heard = await Task.WhenAll(Pages.Select(static page => page.EvaluateAsync<int[]>("() => heard.toast")));
            all = [.. heard.SelectMany(static each => each)];
        }

        Assert.Equal(Enumerable.Range(1, expected), all.Order());
    }

    /// <summary>Signs out in a second tab after three notifications, which removes them from both tabs and from the browser.</summary>
    public async Task SignOutAsync()
    {
        var (first, other) = (Pages[0], await AddAsync());
        await PublishAsync(3);
        await UntilAsync(other, "inbox.getSnapshot().unread === 3");
        Assert.Equal(1, await DatabasesAsync(first));

        await other.EvaluateAsync("() => inbox.signOut()");
        foreach (var page in Pages)
        {
            await UntilAsync(page, "inbox.getSnapshot().unread === 0 && inbox.getSnapshot().items.length === 0");
        }

        await ConnectionsAsync(0);
        Assert.Equal(0, await DatabasesAsync(first));
    }

    /// <summary>Stops everything in a tab, like a browser that freezes it, until the dialog is accepted.</summary>
    public static async Task<IDialog> StopAsync(IPage page)
    {
        var opened = new TaskCompletionSource<IDialog>(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Dialog += (_, dialog) => opened.SetResult(dialog);
        await page.EvaluateAsync("() => void setTimeout(() => alert('stopped'))");
        return await opened.Task;
    }

    /// <summary>Returns how many databases the browser has.</summary>
    public static Task<int> DatabasesAsync(IPage page) =>
        page.EvaluateAsync<int>("async () => (await indexedDB.databases()).length");

    /// <summary>Waits until the server has so many connections to the inbox.</summary>
    public Task ConnectionsAsync(long expected) => UntilAsync("/api/channel?name=user:", "subscribers", expected);

    /// <summary>Waits until the server counts so many unread items.</summary>
    public Task UnreadAsync(long expected) => UntilAsync("/api/inbox/count?user=", "unread", expected);

    public async ValueTask DisposeAsync()
    {
        _backend.Dispose();
        await _visit.DisposeAsync();
    }

    private async Task UntilAsync(string path, string name, long expected)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await AskAsync(path + User)).GetProperty(name).GetInt64() is var now && now != expected)
        {
            Assert.False(limit.IsCancellationRequested, $"The server says {now} {name}, not {expected}.");
            await Task.Delay(50);
        }
    }

    private Task<JsonElement> AskAsync(string path) => _backend.GetFromJsonAsync<JsonElement>(path);
}
