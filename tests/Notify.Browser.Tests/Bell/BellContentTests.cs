using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Notify.Browser.Tests.Bell;

/// <summary>Tests what the bell makes of the content of a notification, which may come from strangers.</summary>
public class BellContentTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Markup = "<img src=x onerror=alert(1)><script>alert(1)</script>";

    [Fact]
    public async Task Markup_stays_text()
    {
        await using var visit = await OpenAsync(
            $"{{ title: '{Escaped}', body: '{Escaped}', actor: {{ name: '{Escaped}' }}, actions: [{{ id: 'x', label: '{Escaped}' }}] }}");
        await Expect(visit.Items.Locator(".title")).ToHaveTextAsync(Markup);
        await Expect(visit.Items.Locator(".body")).ToHaveTextAsync(Markup);
        await Expect(visit.Items.Locator(".action")).ToHaveTextAsync(Markup);
        await Expect(visit.Items.Locator("img, script")).ToHaveCountAsync(0);
        Assert.Empty(visit.Errors);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("JavaScript:alert(1)")]
    [InlineData("java\\tscript:alert(1)")]
    [InlineData(" javascript:alert(1)")]
    [InlineData("data:text/html,<b>1")]
    [InlineData("vbscript:x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//evil.example/")]
    [InlineData("/\\\\evil.example/")]
    [InlineData("https://")]
    [InlineData("posts/9")]
    public async Task An_address_that_is_neither_http_nor_a_path_leads_nowhere(string url)
    {
        await using var visit = await OpenAsync(
            $"{{ title: 'Click me', url: '{url}', icon: '{url}', actions: [{{ id: 'x', label: 'Go', url: '{url}' }}] }}");
        await Expect(visit.Items.First).ToContainTextAsync("Click me");
        await Expect(visit.Items.Locator("a, img, .action")).ToHaveCountAsync(0);
        await visit.Items.First.ClickAsync();
        Assert.EndsWith("/", visit.Page.Url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/posts/9?a=b#c4")]
    [InlineData("https://example.com/posts")]
    [InlineData("http://example.com")]
    public async Task An_address_of_the_web_is_a_link(string url)
    {
        await using var visit = await OpenAsync($"{{ title: 'Post', url: '{url}', actions: [{{ id: 'x', label: 'Go', url: '{url}' }}] }}");
        await Expect(visit.Items.GetByRole(AriaRole.Link, new() { Name = "Post" })).ToHaveAttributeAsync("href", url);
        await Expect(visit.Items.GetByRole(AriaRole.Link, new() { Name = "Go" })).ToHaveAttributeAsync("href", url);
    }

    [Theory]
    [InlineData("'Only a text'", "Only a text")]
    [InlineData("{ body: 'Only a body' }", "Only a body")]
    [InlineData("{ build: 7, ok: false }", "{\"build\":7,\"ok\":false}")]
    [InlineData("{ title: 7 }", "{\"title\":7}")]
    [InlineData("null", "null")]
    [InlineData("[1, 2]", "[1,2]")]
    [InlineData("42", "42")]
    public async Task Every_notification_has_a_title(string data, string title)
    {
        await using var visit = await OpenAsync(data);
        await Expect(visit.Items.Locator(".title")).ToHaveTextAsync(title);
        await Expect(visit.Items.First).ToHaveAccessibleNameAsync("Unread " + title);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task An_image_that_does_not_load_gives_way_to_initials()
    {
        await using var visit = await OpenAsync("{ title: 'Hello', actor: { name: 'Ada Maria Lovelace', avatar: '/missing.png' } }");
        await Expect(visit.Items.Locator(".face")).ToHaveTextAsync("AM");
        await Expect(visit.Items.Locator("img")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("lang=en")]
    [InlineData("lang=ar dir=rtl")]
    public async Task The_dot_is_beside_the_text_also_of_another_direction(string html)
    {
        await using var visit = await BellVisit.OpenAsync(chromium, html: html);
        await visit.OpenPanelAsync();
        await Expect(visit.Items.Locator(".unread:visible")).ToHaveCountAsync(3);
        Assert.Equal(0, await visit.Panel.EvaluateAsync<int>("""
            panel => [...panel.querySelectorAll('.is-unread')].filter((item) => {
              const [dot, text] = ['.unread', '.title'].map((part) => item.querySelector(part).getBoundingClientRect());
              return dot.left < text.right && text.left < dot.right;
            }).length
            """));
    }

    [Fact]
    public async Task A_page_may_render_items_and_its_styles_are_for_them()
    {
        await using var visit = await OpenAsync("{ build: 7 }", """
            const create = (name, properties) => Object.assign(document.createElement(name), properties);
            document.head.append(create('style', { textContent: '.mine { color: rgb(1, 2, 3) }' }));
            bell.renderItem = ({ data }) => data.build ? create('p', { className: 'mine', textContent: `Build ${data.build}` }) : null;
            """);
        await Expect(visit.Items).ToHaveCountAsync(1);
        await Expect(visit.Page.Locator(".mine")).ToHaveCSSAsync("color", "rgb(1, 2, 3)");
        await Expect(visit.Page.Locator(".mine")).ToBeVisibleAsync();
        await Expect(visit.Items.First).ToHaveAccessibleNameAsync("Unread Build 7");
        await visit.Page.EvaluateAsync("inbox.arrive(item(9, 'Usual'))");
        await Expect(visit.Items.Locator("a, .title")).ToHaveTextAsync("Usual");
        await visit.Page.EvaluateAsync("inbox.archive(item(1))");
        await Expect(visit.Page.Locator(".mine")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Slots_replace_what_the_bell_has()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, "bell.inbox = window.inbox = fakeInbox([]);",
            content: "<b slot=icon>Inbox</b><b slot=header>My news</b><b slot=empty>Nothing yet</b><a slot=footer href=/all>All news</a>");
        await Expect(visit.Page.GetByText("Inbox")).ToBeVisibleAsync();
        await visit.OpenPanelAsync();
        await Expect(visit.Page.GetByText("My news")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("Nothing yet")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "All news" })).ToBeVisibleAsync();
        await Expect(visit.Panel.GetByText("No notifications")).ToBeHiddenAsync();
    }

    private static string Escaped => Markup.Replace("</", "<\\/", StringComparison.Ordinal);

    private async Task<BellVisit> OpenAsync(string data, string script = "")
    {
        var visit = await BellVisit.OpenAsync(chromium, $"bell.inbox = window.inbox = fakeInbox([item(1, {data})]); {script}");
        await visit.OpenPanelAsync();
        return visit;
    }
}
