using Microsoft.Playwright;

namespace Notify.Browser.Tests;

/// <summary>Starts the distribution's browser once.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // Disables everything that communicates with anything but the pages under test.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-dev-shm-usage",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = Arguments,
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    internal Task<Visit> OpenAsync(Site site) => Visit.StartAsync(_browser!, site.Url);

    internal Task<Visit> OpenAsync(string url, BrowserNewContextOptions options) => Visit.StartAsync(_browser!, url, options);
}
