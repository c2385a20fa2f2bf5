using Microsoft.Playwright;

namespace Notify.Browser.Tests;

/// <summary>
/// Tests pages without a client library: a WebSocket with the few lines from the README, and an EventSource, which needs none.
/// </summary>
public sealed class JsonWebSocketPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Text = "Grüße: é € 😀 <b>";

    private const string SocketPage = """
        <script>
          var joins = 0;
          function connect() {
            var socket = new WebSocket('{broker}/ws?key=NOTIFICATION_KEY'), wait;
            socket.onopen = function () { socket.send(JSON.stringify({ type: 'join', channel: 'my channel' })); };
            socket.onmessage = function (event) {
              var message = JSON.parse(event.data);
              if (message.type === 'joined') show('joined ' + ++joins);
              if (message.type === 'notification') show(message.data.description);
              if (message.type === 'closing') wait = message.reconnectAfterMs;
            };
            socket.onclose = function (event) {
              if (event.code < 4500) setTimeout(connect, wait || 200 + 200 * Math.random());
              else show('closed ' + event.code + ' ' + event.reason);
            };
          }
          connect();
        </script>
        """;

    private const string EventPage = """
        <script>
          var joins = 0;
          var source = new EventSource('{broker}/events?channel=my+channel&key=NOTIFICATION_KEY');
          source.addEventListener('joined', function (event) { show('joined ' + ++joins); });
          source.addEventListener('NEW_NOTIFICATION', function (event) { show(JSON.parse(event.data).data.description); });
          source.onerror = function () { if (source.readyState === EventSource.CLOSED) show('given up'); };
        </script>
        """;

    public enum End
    {
        /// <summary>kill -9.</summary>
        Crash,

        /// <summary>SIGTERM.</summary>
        Drain,
    }

    [Theory]
    [InlineData(SocketPage, End.Crash)]
    [InlineData(SocketPage, End.Drain)]
    [InlineData(EventPage, End.Crash)]
    [InlineData(EventPage, End.Drain)]
    public async Task A_page_is_told_and_comes_back_by_itself(string head, End end)
    {
        using var port = LastingPort.Reserve();
        await using var site = await Site.StartAsync();
        await using var first = await BrokerProcess.StartAsync(port.Number);
        site.Publish(head.Replace("{broker}", first.Url, StringComparison.Ordinal));
        await using var visit = await chromium.OpenAsync(site);
        var page = visit.Page;
        await Shown(page, "joined 1").WaitForAsync();
        await Backend.SendAsync(first.Url, "my channel", Text);
        await Shown(page, Text).WaitForAsync();

        await (end == End.Crash ? first.CrashAsync() : first.LeaveAsync());
        await using var second = await BrokerProcess.StartAsync(port.Number);
        await Shown(page, "joined 2").WaitForAsync();
        await Backend.SendAsync(second.Url, "my channel", "after");
        await Shown(page, "after").WaitForAsync();

        Assert.Equal(["joined 1", Text, "joined 2", "after"], await page.Locator("li").AllTextContentsAsync());
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_WebSocket_with_the_wrong_key_stays_away()
    {
        await using var site = await Site.StartAsync();
        await using var broker = await Broker.StartAsync();
        site.Publish(
            SocketPage.Replace("{broker}", broker.Url, StringComparison.Ordinal)
                .Replace("NOTIFICATION_KEY", "wrong", StringComparison.Ordinal));
        await using var visit = await chromium.OpenAsync(site);
        await Shown(visit.Page, "closed 4501 bad key").WaitForAsync();
    }

    [Fact]
    public async Task An_EventSource_with_the_wrong_key_stays_away()
    {
        await using var site = await Site.StartAsync();
        await using var broker = await Broker.StartAsync();
        site.Publish(
            EventPage.Replace("{broker}", broker.Url, StringComparison.Ordinal)
                .Replace("NOTIFICATION_KEY", "wrong", StringComparison.Ordinal));
        await using var visit = await chromium.OpenAsync(site);
        await Shown(visit.Page, "given up").WaitForAsync();
    }

    [Theory]
    [InlineData(SocketPage)]
    [InlineData(EventPage)]
    public async Task Only_pages_of_allowed_origins_are_told(string head)
    {
        await using var site = await Site.StartAsync();
        await using var broker = await Broker.StartAsync(0, site.Url);
        site.Publish(head.Replace("{broker}", broker.Url, StringComparison.Ordinal));
        await using (var visit = await chromium.OpenAsync(site))
        {
            await Shown(visit.Page, "joined 1").WaitForAsync();
        }

        await using var stranger = await Site.StartAsync();
        stranger.Publish(
            head.Replace("{broker}", broker.Url, StringComparison.Ordinal).Replace("event.code < 4500", "false", StringComparison.Ordinal));
        await using var refused = await chromium.OpenAsync(stranger);
        await Shown(refused.Page, head == SocketPage ? "closed 1006" : "given up").WaitForAsync();
    }

    private static ILocator Shown(IPage page, string text) =>
        page.Locator("li").GetByText(text, new LocatorGetByTextOptions { Exact = true }).First;
}
