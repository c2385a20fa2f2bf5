using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Notify.Server.Options;
using static Microsoft.Playwright.Assertions;

namespace Notify.Browser.Tests.Bell;

/// <summary>Tests the examples of the bell, each with its runtime, in a real browser.</summary>
public sealed class BellExampleTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private const string TokenSecret = "a secret that is long enough for the tokens of a test";

    private const string Key = "the key of a test";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("notify-bell-");
    private string _folder = "";
    private Broker _broker = null!;

    public async Task InitializeAsync()
    {
        _broker = await Broker.StartAsync(options => options with
        {
            Access = options.Access with { Key = Key },
            Token = new TokenOptions { Secret = TokenSecret },
            Store = new() { Location = $"sqlite:{_data.FullName}/notify.db" },
        });

        // Below the packages, where Node.js finds what the examples import.
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Notify.sln")))
        {
            root = root.Parent!;
        }

        _folder = Path.Combine(root.FullName, "tests/clients/node_modules/.cache", Path.GetRandomFileName());
        var examples = Path.Combine(root.FullName, "config/examples");
        foreach (var file in Directory.EnumerateFiles(examples, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_folder, Path.GetRelativePath(examples, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        // That example is a route and a view: the application is of these tests.
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Bell", "laravel.php"), Path.Combine(_folder, "bell/laravel/laravel.php"));

        await BellBackend.PublishAsync(
            _broker.Url, "user:42", new { title = "A \"quoted\" <b>title</b> & more", url = "https://example.org/9" });
        await BellBackend.PublishAsync(_broker.Url, "user:42", "A plain text");
    }

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        _data.Delete(recursive: true);
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("", "", "php", "-S", "localhost:{port}", "bell.php")]
    [InlineData("", "", "node", "express.mjs")]
    [InlineData("", "", "/usr/bin/python3", "bell_django.py", "runserver", "--noreload", "{port}")]
    [InlineData("rails", "", "ruby", "bell.rb")]
    [InlineData("laravel", "", "php", "-S", "localhost:{port}", "laravel.php")]
    [InlineData("aspnet", "|/blazor", "dotnet", "run", "--no-launch-profile", "--urls", "http://localhost:{port}")]
    public async Task A_page_of_a_backend_has_the_number_before_any_script_runs_and_is_live(
        string folder, string paths, params string[] command)
    {
        using var port = LastingPort.Reserve();
        var settings = new Dictionary<string, string>
        {
            ["NOTIFY_URL"] = _broker.Url,
            ["NOTIFICATION_KEY"] = Key,
            ["NOTIFICATION_SECRET"] = "NOTIFICATION_SECRET",
            ["NOTIFY_TOKEN_SECRET"] = TokenSecret,
        };
        await using var example = await ExampleProcess.StartAsync(
            Path.Combine(_folder, "bell", folder), port.Number, settings, command);

        List<string> titles = ["A plain text", "A \"quoted\" <b>title</b> & more"];
        foreach (var path in paths.Split('|'))
        {
            var scriptless = new BrowserNewContextOptions { JavaScriptEnabled = false };
            await using (var plain = await chromium.OpenAsync(example.Url + path, scriptless))
            {
                await Expect(plain.Page.Locator("summary")).ToHaveTextAsync($"Notifications ({titles.Count})");
                await plain.Page.Locator("summary").ClickAsync();
                await Expect(plain.Page.Locator("notify-bell li")).ToHaveTextAsync(titles);
                var link = await plain.Page.Locator("notify-bell li a").Last.GetAttributeAsync("href");
                Assert.StartsWith($"{_broker.Url}/inbox/go?user=42&epoch=", link, StringComparison.Ordinal);
            }

            await using var visit = await chromium.OpenAsync(example.Url + path, new BrowserNewContextOptions());
            await NamedAsync(visit, $"Notifications, {titles.Count} unread");
            await BellBackend.PublishAsync(_broker.Url, "user:42", "Live");
            titles.Insert(0, "Live");
            await NamedAsync(visit, $"Notifications, {titles.Count} unread");
            await Expect(visit.Page.Locator("summary")).ToBeHiddenAsync();
            Assert.Empty(visit.Errors);
        }
    }

    [Theory]
    [InlineData("react")]
    [InlineData("vue")]
    [InlineData("angular")]
    public async Task A_component_of_a_framework_shows_the_bell_and_follows_items_in_its_router(string framework)
    {
        var bundle = await Runtimes.RunAsync("node", Path.Combine(_folder, "../../../tools/bundle-bell-example.mjs"), framework);
        await using var site = await Site.StartAsync();
        site.PublishPage($$"""
            <!doctype html>
            <html lang="en"><title>Acme</title>
            <div id="app"></div>
            <script src="{{_broker.Url}}/client/notify-bell.min.js"></script>
            <script>
              window.settings = {
                url: '{{_broker.Url}}', notificationKey: '{{Key}}', getToken: async () => '{{Token()}}',
                onFollow: address => { document.title = address; },
              };
            </script>
            <script type="module">{{bundle}}</script>
            """);
        await BellBackend.PublishAsync(_broker.Url, "user:42", new { title = framework, url = "/posts/9" });
        await using var visit = await chromium.OpenAsync(site);
        await NamedAsync(visit, "Notifications, 3 unread");
        await visit.Page.Locator("notify-bell").GetByRole(AriaRole.Button).First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Article).First.ClickAsync();
        await Expect(visit.Page).ToHaveTitleAsync("/posts/9");
        await NamedAsync(visit, "Notifications, 2 unread");
        Assert.Empty(visit.Errors);
    }

    private static Task NamedAsync(Visit visit, string name) =>
        Expect(visit.Page.Locator("notify-bell").GetByRole(AriaRole.Button).First).ToHaveAccessibleNameAsync(name);

    private static string Token()
    {
        static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
        var expiry = DateTimeOffset.UtcNow.AddMinutes(15).ToUnixTimeSeconds();
        var claims = JsonSerializer.SerializeToUtf8Bytes(new { sub = "42", exp = expiry });
        var body = $"{Encode("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Encode(claims)}";
        return $"{body}.{Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(TokenSecret), Encoding.UTF8.GetBytes(body)))}";
    }
}
