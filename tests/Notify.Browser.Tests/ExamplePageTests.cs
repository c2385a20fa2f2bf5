using Microsoft.Playwright;

namespace Notify.Browser.Tests;

public class ExamplePageTests(Chromium chromium, Servers servers) : IClassFixture<Chromium>, IClassFixture<Servers>
{
    [Fact]
    public async Task The_example_page_shows_what_a_backend_sends()
    {
        await using var site = await Site.StartAsync();
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "examples", "page.html"));
        site.PublishPage(page.Replace("http://localhost:3000", servers.Broker.Url, StringComparison.Ordinal));
        await using var visit = await chromium.OpenAsync(site);
        await Assertions.Expect(visit.Page.Locator("#state")).ToHaveTextAsync("Listening to news");
        await servers.Broker.SendAsync("news", "Grüße");
        await Assertions.Expect(visit.Page.Locator("li")).ToHaveTextAsync("{\"description\":\"Grüße\"}");
        Assert.Empty(visit.Errors);
    }
}
