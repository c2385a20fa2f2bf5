using Microsoft.Playwright;

namespace Notify.Browser.Tests;

/// <summary>
/// Runs the distribution's browser, once for all classes that need it at the same time. Each visit has a context of its own.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    // Nothing is measured in these tests. The timeout only ends a test that waits in vain.
    private const int Patience = 60_000;

    // Disables everything that communicates with anything but the pages under test.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-dev-shm-usage",
    ];

    private static readonly SemaphoreSlim Turn = new(1);
    private static IPlaywright? _playwright;
    private static IBrowser? _shared;
    private static int _users;

    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        await Turn.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            _browser = _shared ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
                Args = Arguments,
            });
            _users++;
        }
        finally
        {
            Turn.Release();
        }
    }

    public async Task DisposeAsync()
    {
        await Turn.WaitAsync();
        try
        {
            // Without a user the browser did not start.
            if (_users == 0 || --_users > 0)
            {
                return;
            }

            if (_shared is not null)
            {
                await _shared.CloseAsync();
            }

            _playwright?.Dispose();
            (_shared, _playwright) = (null, null);
        }
        finally
        {
            Turn.Release();
        }
    }

    internal Task<Visit> OpenAsync(Site site) => OpenAsync(site.Url, new BrowserNewContextOptions());

    internal Task<Visit> OpenAsync(string url, BrowserNewContextOptions options) =>
        Visit.StartAsync(_browser!, url, options, Patience);
}
