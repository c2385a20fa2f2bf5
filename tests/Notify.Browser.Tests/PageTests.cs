using Microsoft.Playwright;

namespace Notify.Browser.Tests;

public class PageTests(Chromium chromium, Servers servers) : IClassFixture<Chromium>, IClassFixture<Servers>
{
    private const string Text = "Grüße: é € 😀 <b>";
    private const string Served = "{broker}/socket.io/socket.io.js";

    [Theory]
    [InlineData(Served, "")]
    [InlineData(Served, "transports: ['polling']")]
    [InlineData(Served, "transports: ['websocket']")]
    [InlineData("{broker}/socket.io/socket.io.min.js", "")]
    [InlineData("/bundles/3.x.js", "")]
    [InlineData("/bundles/3.x.js", "transports: ['polling']")]
    [InlineData("/bundles/2.x.js", "")]
    [InlineData("/bundles/2.x.js", "transports: ['polling']")]
    [InlineData("/bundles/2.x.js", "transports: ['websocket']")]
    [InlineData("/bundles/2.x.js", "transports: ['polling'], forceJSONP: true")]
    [InlineData("/bundles/1.x.js", "")]
    [InlineData("/bundles/1.x.js", "transports: ['polling']")]
    [InlineData("/bundles/1.x.js", "transports: ['websocket']")]
    [InlineData("/bundles/1.x.js", "transports: ['polling'], forceJSONP: true")]
    public async Task A_page_written_for_the_original_shows_what_a_backend_sends(string script, string options)
    {
        var (broker, channel) = (servers.Broker, Channel.Next());
        servers.Site.Publish($$"""
            <script src="{{script.Replace("{broker}", broker.Url, StringComparison.Ordinal)}}"></script>
            <script>
              var socket = io.connect('{{broker.Url}}', {query: 'notificationKey=NOTIFICATION_KEY', {{options}}});
              socket.emit('join', '{{channel}}');
              socket.on('NEW_NOTIFICATION', function (notification) {
                show(notification.description);
              });
            </script>
            """);
        await using var visit = await chromium.OpenAsync(servers.Site);
        var page = visit.Page;
        await SendUntilShownAsync(broker, channel, page, Text);

        // Once more, after the transport has settled.
        await SendUntilShownAsync(broker, channel, page, "and again, €");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_module_may_be_imported_from_the_broker()
    {
        var (broker, channel) = (servers.Broker, Channel.Next());
        servers.Site.Publish($$"""
            <script type="module">
              import { io } from '{{broker.Url}}/socket.io/socket.io.esm.min.js';
              const socket = io('{{broker.Url}}', {query: 'notificationKey=NOTIFICATION_KEY'});
              socket.on('NEW_NOTIFICATION', notification => show(notification.description));
              socket.on('connect', () => socket.emit('join', '{{channel}}', () => show('joined')));
            </script>
            """);
        await using var visit = await chromium.OpenAsync(servers.Site);
        var page = visit.Page;
        await Shown(page, "joined").WaitForAsync();
        await broker.SendAsync(channel, Text);
        await Shown(page, Text).WaitForAsync();
        Assert.Empty(visit.Errors);
    }

    [Theory]
    [InlineData(Served, "")]
    [InlineData(Served, "transports: ['polling']")]
    [InlineData("/bundles/1.x.js", "")]
    public async Task A_page_comes_back_after_a_restart_of_the_broker(string script, string options)
    {
        using var port = LastingPort.Reserve();
        await using var site = await Site.StartAsync();
        var first = await Broker.StartAsync(port.Number);
        site.Publish($$"""
            <script src="{{script.Replace("{broker}", first.Url, StringComparison.Ordinal)}}"></script>
            <script>
              var joins = 0;
              var socket = io.connect('{{first.Url}}',
              {query: 'notificationKey=NOTIFICATION_KEY', reconnectionDelay: 50, reconnectionDelayMax: 250, {{options}}});
              socket.on('connect', function () {
                socket.emit('join', 'my channel', function () { show('joined ' + ++joins); });
              });
              socket.on('NEW_NOTIFICATION', function (notification) { show(notification.description); });
            </script>
            """);
        await using var visit = await chromium.OpenAsync(site);
        var page = visit.Page;
        await Shown(page, "joined 1").WaitForAsync();
        await first.SendAsync("my channel", "before");
        await Shown(page, "before").WaitForAsync();
        await first.DisposeAsync();

        await using var second = await Broker.StartAsync(port.Number);
        await Shown(page, "joined 2").WaitForAsync();
        await second.SendAsync("my channel", "after");
        await Shown(page, "after").WaitForAsync();
        Assert.Equal(["joined 1", "before", "joined 2", "after"], await page.Locator("li").AllTextContentsAsync());
    }

    [Theory]
    [InlineData("transports: ['polling']")]
    [InlineData("transports: ['websocket']")]
    public async Task A_page_of_an_origin_that_is_not_allowed_is_refused(string options)
    {
        await using var site = await Site.StartAsync();
        await using var broker = await Broker.StartAsync(0, "https://app.example.com");
        site.Publish(ConnectingPage(broker, options));
        await using var visit = await chromium.OpenAsync(site);
        await Shown(visit.Page, "refused").WaitForAsync();
    }

    [Theory]
    [InlineData("transports: ['polling']")]
    [InlineData("transports: ['websocket']")]
    public async Task A_page_of_an_origin_that_is_allowed_is_let_in(string options)
    {
        await using var site = await Site.StartAsync();
        await using var broker = await Broker.StartAsync(0, "https://app.example.com", site.Url);
        site.Publish(ConnectingPage(broker, options));
        await using var visit = await chromium.OpenAsync(site);
        await Shown(visit.Page, "connected").WaitForAsync();
    }

    private static string ConnectingPage(Broker broker, string options) => $$"""
        <script src="{{broker.Url}}/socket.io/socket.io.js"></script>
        <script>
          var socket = io('{{broker.Url}}', {reconnection: false, {{options}}});
          socket.on('connect', function () { show('connected'); });
          socket.on('connect_error', function () { show('refused'); });
        </script>
        """;

    private static ILocator Shown(IPage page, string text) =>
        page.Locator("li").GetByText(text, new LocatorGetByTextOptions { Exact = true }).First;

    // A page for the original server is not informed when its join was served, so the backend repeats the publish.
    private static async Task SendUntilShownAsync(Broker broker, string channel, IPage page, string text)
    {
        var shown = Shown(page, text).WaitForAsync();
        do
        {
            await broker.SendAsync(channel, text);
        }
        while (await Task.WhenAny(shown, Task.Delay(TimeSpan.FromMilliseconds(50))) != shown);
        await shown;
    }
}
