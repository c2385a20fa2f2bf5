using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Notify.Browser.Tests.Bell;

/// <summary>Tests the bell, with the real client and server, on a page with the strictest policy.</summary>
public class BellPolicyTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData("""<script src="/client/notify-bell.min.js" defer></script>""")]
    [InlineData("""<script src="/client/bell.js" type="module"></script>""")]
    public async Task A_strict_policy_and_trusted_types_stop_nothing(string script)
    {
        await using var broker = await Broker.StartAsync();
        await using var site = await Site.StartAsync();
        var socket = broker.Url.Replace("http", "ws", StringComparison.Ordinal);
        site.Policy = $"default-src 'none'; script-src 'self'; connect-src {broker.Url} {socket}; img-src 'self'; " +
            "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'";
        // A page with this policy cannot be asked by the test, so it says in its DOM what was stopped.
        site.PublishScript("page.js", """
            addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
              document.querySelector('output').textContent += `${violatedDirective} ${blockedURI} ${sample}; `);
            """);
        await BellBackend.PublishAsync(broker.Url, "user:strict", "First");
        site.PublishPage($$"""
            <!doctype html>
            <html lang="de">
            <title>Acme</title>
            <output></output>
            <script src="/scripts/page.js"></script>
            {{script}}
            <notify-bell url="{{broker.Url}}" key="NOTIFICATION_KEY" user="strict" title-badge></notify-bell>
            """);
        await using var visit = await chromium.OpenAsync(site);
        var page = visit.Page;
        var bell = page.Locator("notify-bell .button");
        await Expect(bell).ToHaveAccessibleNameAsync("Benachrichtigungen, 1 ungelesen");
        await BellBackend.PublishAsync(broker.Url, "user:strict", new
        {
            title = "<b>News</b>",
            url = "/news",
            actor = new { name = "Ada", avatar = "/favicon.ico" },
        });
        await Expect(page.Locator(".toast")).ToContainTextAsync("<b>News</b>");
        await Expect(page).ToHaveTitleAsync("(2) Acme");
        await bell.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Article).First).ToContainTextAsync("<b>News</b>");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCSSAsync("position", "fixed");
        await Expect(page.GetByRole(AriaRole.Article).First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("e");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rückgängig" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Article).First).ToBeFocusedAsync();
        await Expect(page.Locator("output")).ToHaveTextAsync("");
        Assert.Empty(visit.Errors);
    }
}
