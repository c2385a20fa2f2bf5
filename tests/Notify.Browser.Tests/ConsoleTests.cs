using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Notify.Browser.Tests;

public class ConsoleTests(Chromium chromium, Servers servers) : IClassFixture<Chromium>, IClassFixture<Servers>
{
    private const string WrongKey = "Refused: the key is wrong";

    private static readonly string[] Transports = ["Socket.IO", "WebSocket", "Server-sent events"];

    public static TheoryData<int, ColorScheme, string> Looks
    {
        get
        {
            var looks = new TheoryData<int, ColorScheme, string>();
            foreach (var width in new[] { 1280, 390 })
            {
                foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
                {
                    foreach (var transport in Transports)
                    {
                        looks.Add(width, scheme, transport);
                    }
                }
            }

            return looks;
        }
    }

    public static TheoryData<string> AllTransports => [.. Transports];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Joins_sends_sees_it_arrive_and_leaves(int width, ColorScheme scheme, string transport)
    {
        var (channel, other) = (Channel.Next(), Channel.Next() + " é <b>");
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url, Look(width, scheme));
        await console.ChooseAsync(transport);
        await console.JoinAsync(channel);
        await console.StateBeginsAsync("Connected by");
        await console.SendAsync();
        await console.ArrivedAsync(channel, 1, "You have mail");
        await Assertions.Expect(console.Arrivals.First.Locator(".delay")).ToContainTextAsync("ms after you pressed Send");
        await Assertions.Expect(console.Joined.First.Locator(".position")).ToHaveTextAsync("joined, newest is #1");
        await ShootAsync(console.Page, $"{width}-{scheme}-{transport}");

        await console.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Leave " + channel, Exact = true }).ClickAsync();
        await console.JoinAsync(other);
        await servers.Broker.SendAsync(channel, "left");
        await servers.Broker.SendAsync(other, "listened to");
        await console.ArrivedAsync(other, 1, "listened to");
        await Assertions.Expect(console.Arrivals.First.Locator(".delay")).ToContainTextAsync("ms after it was sent");
        await Assertions.Expect(console.Arrivals).ToHaveCountAsync(2);
        await Assertions.Expect(console.Joined).ToHaveCountAsync(1);

        Assert.True(await console.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        var isWithin = "[...document.querySelectorAll('section')].every(part => part.scrollWidth <= part.clientWidth)";
        Assert.True(await console.Page.EvaluateAsync<bool>(isWithin));
        Assert.Empty(console.Faults());
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Says_at_first_look_what_to_do(int width, ColorScheme scheme)
    {
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url, Look(width, scheme));
        await console.StateIsAsync("Not connected");
        await Assertions.Expect(console.Page.Locator("#nothing")).ToHaveTextAsync(
            "Nothing yet. Press Join, then Send: the notification appears here.");
        await ShootAsync(console.Page, $"{width}-{scheme}-first");
        Assert.True(await console.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(console.Faults());
    }

    [Theory]
    [InlineData(1280, 800, ColorScheme.Light)]
    [InlineData(1280, 800, ColorScheme.Dark)]
    [InlineData(390, 844, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    public async Task Shows_the_answer_of_a_send_beside_its_button(int width, int height, ColorScheme scheme)
    {
        var channel = Channel.Next();
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url, new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        await console.JoinAsync(channel);
        await console.Page.FillAsync("#secret", "wrong");
        await console.SendAsync();
        await console.AnswerIsAsync("Not sent: 401, invalid notification secret");
        await IsSeenAsync(console.Page);
        await ShootAsync(console.Page, $"{width}x{height}-{scheme}-failed", isWhole: false);

        await console.Page.FillAsync("#secret", "NOTIFICATION_SECRET");
        await console.SendAsync();
        await console.ArrivedAsync(channel, 1, "You have mail");
        await Assertions.Expect(console.Page.Locator("#answer")).ToContainTextAsync("Sent: ");
        await IsSeenAsync(console.Page);
        await ShootAsync(console.Page, $"{width}x{height}-{scheme}-sent", isWhole: false);
        Assert.Empty(console.Visit.Errors);
    }

    [Theory]
    [MemberData(nameof(AllTransports))]
    public async Task Says_that_the_key_is_wrong_and_takes_another(string transport)
    {
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url + "/?key=wrong");
        await Assertions.Expect(console.Page.Locator("#key")).ToHaveValueAsync("wrong");
        await console.ChooseAsync(transport);
        await console.Page.ClickAsync("#join button");
        await console.StateIsAsync(WrongKey);
        await console.KeyProblemIsAsync("The server refused this key. It is the NOTIFICATION_KEY of the server.");
        await Assertions.Expect(console.Page.Locator("#key")).ToBeFocusedAsync();
        await Assertions.Expect(console.Page.Locator("#key")).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(console.Page.Locator("#nothing")).ToHaveTextAsync("Type the key of the server first, then press Join.");
        await ShootAsync(console.Page, $"refused-{transport}", isWhole: false);

        await console.Page.FillAsync("#key", "NOTIFICATION_KEY");
        await console.Page.PressAsync("#key", "Enter");
        await console.StateBeginsAsync("Connected by");
        await console.KeyProblemIsAsync("");
        await Assertions.Expect(console.Joined).ToContainTextAsync("joined, n");
        Assert.Empty(console.Visit.Errors);
    }

    [Theory]
    [InlineData("Socket.IO", "#join-problem")]
    [InlineData("WebSocket", "#join-problem")]
    [InlineData("Server-sent events", "#state-text")]
    public async Task Says_why_a_channel_cannot_be_joined_and_goes_on(string transport, string place)
    {
        var (good, bad) = (Channel.Next(), new string('x', 201));
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url, Look(390, ColorScheme.Light));
        await console.ChooseAsync(transport);
        await console.Page.FillAsync("#channel", bad);
        await console.Page.ClickAsync("#join button");
        await Assertions.Expect(console.Page.Locator(place)).ToContainTextAsync("200 bytes");
        Assert.True(await console.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        if (await console.Joined.CountAsync() > 0)
        {
            await console.Joined.GetByRole(AriaRole.Button).ClickAsync();
        }

        await console.JoinAsync(good);
        await console.SendAsync();
        await console.ArrivedAsync(good, 1, "You have mail");
    }

    [Fact]
    public async Task Says_that_the_secret_is_wrong_and_keeps_it_nowhere()
    {
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        await console.Page.FillAsync("#secret", "wrong");
        await console.SendAsync();
        await console.AnswerIsAsync("Not sent: 401, invalid notification secret");
        await Assertions.Expect(console.Page.Locator("#sender")).Not.ToContainTextAsync("wrong");
        Assert.Equal(0, await console.Page.EvaluateAsync<int>("localStorage.length + sessionStorage.length + document.cookie.length"));
        Assert.Equal("off", await console.Page.GetAttributeAsync("#secret", "autocomplete"));
        Assert.Equal("password", await console.Page.GetAttributeAsync("#secret", "type"));
    }

    [Fact]
    public async Task Shows_the_sentence_of_the_server_when_only_its_own_host_may_send()
    {
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url, new BrowserNewContextOptions
        {
            ExtraHTTPHeaders = [new("X-Forwarded-For", "203.0.113.9")],
        });
        await console.SendAsync();
        await console.AnswerIsAsync(
            "Not sent: 403, NOTIFICATION_SECRET is at its default, so only this host may send: "
                + "set NOTIFICATION_SECRET (or NOTIFY_INSECURE=1 to let everyone in)");
    }

    [Theory]
    [InlineData("{\"title\": ", "Not JSON: ")]
    [InlineData(" ", "Empty: ")]
    [InlineData("0", "for a missing notification")]
    public async Task Says_what_is_no_notification_and_does_not_send_it(string text, string problem)
    {
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        await console.Page.FillAsync("#notification", text);
        await Assertions.Expect(console.Page.Locator("#validity")).ToContainTextAsync(problem);
        await console.SendAsync();
        await Assertions.Expect(console.Page.Locator("#notification")).ToBeFocusedAsync();
        await Assertions.Expect(console.Page.Locator("#answer")).ToBeEmptyAsync();

        await console.Page.FillAsync("#notification", "[1]");
        await Assertions.Expect(console.Page.Locator("#validity")).ToHaveTextAsync("Valid JSON");
    }

    [Theory]
    [MemberData(nameof(AllTransports))]
    public async Task Comes_back_after_a_restart_and_says_so(string transport)
    {
        using var port = LastingPort.Reserve();
        await using var first = await BrokerProcess.StartAsync(port.Number);
        await using var console = await ConsoleVisit.OpenAsync(chromium, first.Url);
        await console.ChooseAsync(transport);
        await console.JoinAsync("news");
        await console.SendAsync();
        await console.ArrivedAsync("news", 1, "You have mail");

        await first.CrashAsync();
        await console.StateBeginsAsync("Reconnecting: ");
        await Assertions.Expect(console.Joined).ToContainTextAsync("not joined");
        await using var second = await BrokerProcess.StartAsync(port.Number);
        await console.StateBeginsAsync("Connected by");
        await Assertions.Expect(console.Joined).ToContainTextAsync("joined, nothing sent yet");
        await Backend.SendAsync(second.Url, "news", "after");
        await console.ArrivedAsync("news", 1, "after");
        Assert.Empty(console.Visit.Errors);
    }

    [Fact]
    public async Task Needs_no_mouse()
    {
        var channel = Channel.Next();
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        var keyboard = console.Page.Keyboard;

        // The links to the other pages, the transport.
        await TabAsync(keyboard, 3);
        await keyboard.PressAsync("ArrowRight");

        // The key, Connect, the token, the channel.
        await TabAsync(keyboard, 4);
        await Assertions.Expect(console.Page.Locator("#channel")).ToBeFocusedAsync();
        Assert.NotEqual(
            "0px",
            await console.Page.Locator("#channel").EvaluateAsync<string>("field => getComputedStyle(field).outlineWidth"));
        await keyboard.PressAsync("ControlOrMeta+a");
        await keyboard.TypeAsync(channel);
        await keyboard.PressAsync("Enter");
        await console.StateIsAsync("Connected by WebSocket");
        await Assertions.Expect(console.Joined).ToContainTextAsync("joined, n");

        // Join, Leave, the channel, the notification.
        await TabAsync(keyboard, 4);
        await Assertions.Expect(console.Page.Locator("#notification")).ToBeFocusedAsync();
        await keyboard.PressAsync("Control+Enter");
        await console.ArrivedAsync(channel, 1, "You have mail");
        await TabAsync(keyboard, 1);
        await Assertions.Expect(console.Page.Locator("#secret")).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await console.ArrivedAsync(channel, 2, "You have mail");
        Assert.Empty(console.Faults());
    }

    [Fact]
    public async Task Keeps_the_newest_200_of_many_and_counts_them_all()
    {
        const int Count = 1200;
        var channel = Channel.Next();
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        await console.ChooseAsync("WebSocket");
        await console.JoinAsync(channel);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("notification_secret", "NOTIFICATION_SECRET");
        await Parallel.ForEachAsync(
            Enumerable.Range(1, Count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, cancel) =>
        {
            using var body = new StringContent(
                JsonSerializer.Serialize(new { channel, notification = new { number } }),
                null,
                "application/json");
            using var response = await client.PostAsync(new Uri(servers.Broker.Url + "/send"), body, cancel);
            response.EnsureSuccessStatusCode();
        });

        await Assertions.Expect(console.Page.Locator("#rate-total")).ToHaveTextAsync("1,200");
        await Assertions.Expect(console.Arrivals).ToHaveCountAsync(200);
        await Assertions.Expect(console.Arrivals.First.Locator(".offset"))
            .ToHaveTextAsync(string.Create(CultureInfo.InvariantCulture, $"#{Count}"));
        var offsets = await console.Page.Locator("#list .offset").AllTextContentsAsync();
        Assert.Equal(Enumerable.Range(0, 200).Select(age => string.Create(CultureInfo.InvariantCulture, $"#{Count - age}")), offsets);
        Assert.Empty(console.Faults());
    }

    private static BrowserNewContextOptions Look(int width, ColorScheme scheme) => new()
    {
        ColorScheme = scheme,
        ViewportSize = new ViewportSize { Width = width, Height = 900 },
    };

    private static async Task TabAsync(IKeyboard keyboard, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await keyboard.PressAsync("Tab");
        }
    }

    // The answer, whole and without scrolling, below the button that was pressed.
    private static async Task IsSeenAsync(IPage page)
    {
        var button = (await page.Locator("#send-button").BoundingBoxAsync())!;
        var answer = (await page.Locator("#answer").BoundingBoxAsync())!;
        Assert.InRange(answer.Y - (button.Y + button.Height), 0, 16);
        Assert.InRange(answer.Y + answer.Height, 0, page.ViewportSize!.Height);
    }

    private static async Task ShootAsync(IPage page, string name, bool isWhole = true)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = isWhole });
        }
    }
}
