using System.Text.Json;
using Microsoft.Playwright;

namespace Notify.Browser.Tests;

/// <summary>Tests how the console shows notifications, and its filter, folding and copying.</summary>
public class ConsoleListTests(Chromium chromium, Servers servers) : IClassFixture<Chromium>, IClassFixture<Servers>
{
    [Fact]
    public async Task Folds_long_notifications_and_copies_them()
    {
        var channel = Channel.Next();
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url, new BrowserNewContextOptions
        {
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        await console.JoinAsync(channel);
        var text = new string('x', 2500) + " the end";
        await console.Page.FillAsync("#notification", JsonSerializer.Serialize(new { title = "Long", text }));
        await console.SendAsync();
        await console.ArrivedAsync(channel, 1, "Long");
        var row = console.Arrivals.First;
        Assert.InRange((await row.BoundingBoxAsync())!.Height, 1, 60);
        await Assertions.Expect(row.Locator("pre")).Not.ToContainTextAsync("the end");

        await row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Show the whole notification" }).ClickAsync();
        await Assertions.Expect(row.Locator("pre")).ToContainTextAsync("the end");
        await row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Copy this notification" }).ClickAsync();
        await Assertions.Expect(row.GetByText("Copied")).ToBeVisibleAsync();
        var copied = await console.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.Equal(text, JsonDocument.Parse(copied).RootElement.GetProperty("text").GetString());
        Assert.Empty(console.Faults());
    }

    [Fact]
    public async Task Shows_only_what_has_the_text_of_the_filter()
    {
        var channel = Channel.Next();
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        await console.JoinAsync(channel);
        foreach (var text in new[] { "an apple", "a pear", "another Apple" })
        {
            await servers.Broker.SendAsync(channel, text);
        }

        await Assertions.Expect(console.Arrivals).ToHaveCountAsync(3);
        await console.Page.FillAsync("#filter", "APPLE");
        await Assertions.Expect(console.Page.Locator("#list li:visible")).ToHaveCountAsync(2);
        await Assertions.Expect(console.Page.Locator("#kept")).ToHaveTextAsync("2 of 3 have this text. ");

        await servers.Broker.SendAsync(channel, "a plum");
        await servers.Broker.SendAsync(channel, "the last apple");
        await Assertions.Expect(console.Arrivals).ToHaveCountAsync(5);
        await Assertions.Expect(console.Page.Locator("#list li:visible")).ToHaveCountAsync(3);
        await console.Page.FillAsync("#filter", "");
        await Assertions.Expect(console.Page.Locator("#list li:visible")).ToHaveCountAsync(5);
    }

    [Fact]
    public async Task Shows_the_newest_as_a_card_and_counts_the_unread_at_a_bell()
    {
        var channel = Channel.Next();
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        await console.JoinAsync(channel);
        var bell = console.Page.Locator("#bell").GetByRole(AriaRole.Button).First;
        await Assertions.Expect(bell).ToHaveAccessibleNameAsync("Notifications");
        await console.SendAsync();
        await Assertions.Expect(console.Page.Locator("#card .card-title")).ToHaveTextAsync("Hello");
        await Assertions.Expect(console.Page.Locator("#card .card-text")).ToHaveTextAsync("You have mail");
        await servers.Broker.SendAsync(channel, "a description");
        await Assertions.Expect(console.Page.Locator("#card .card-title")).ToHaveTextAsync("a description");
        await Assertions.Expect(bell).ToHaveAccessibleNameAsync("Notifications, 2 unread");

        // Paused, the list stands still; the bell does not count twice.
        await console.Page.ClickAsync("#pause");
        await console.SendAsync();
        await Assertions.Expect(bell).ToHaveAccessibleNameAsync("Notifications, 3 unread");
        await console.Page.ClickAsync("#pause");
        await Assertions.Expect(console.Arrivals).ToHaveCountAsync(3);
        await Assertions.Expect(bell).ToHaveAccessibleNameAsync("Notifications, 3 unread");

        await bell.ClickAsync();
        var items = console.Page.GetByRole(AriaRole.Article).Filter(new LocatorFilterOptions { HasText = "You have mail" });
        await Assertions.Expect(items.First).ToContainTextAsync("Hello");
        await items.First.FocusAsync();
        await console.Page.Keyboard.PressAsync("r");
        await Assertions.Expect(bell).ToHaveAccessibleNameAsync("Notifications, 2 unread");
        await console.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Mark all as read" }).ClickAsync();
        await Assertions.Expect(bell).ToHaveAccessibleNameAsync("Notifications");
        Assert.Empty(console.Faults());
    }

    [Fact]
    public async Task Offers_one_next_step()
    {
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        var steps = console.Page.Locator("button.primary");
        await Assertions.Expect(steps).ToHaveTextAsync("Join");
        var channel = Channel.Next();
        await console.JoinAsync(channel);
        await Assertions.Expect(steps).ToHaveTextAsync("Send");
        await console.Joined.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(steps).ToHaveTextAsync("Join");
    }

    [Fact]
    public async Task The_receiver_follows_the_transport_and_the_sender_stays()
    {
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        await console.Page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = "PHP", Exact = true }).CheckAsync();
        (string, string)[] all = [("WebSocket", "new WebSocket("), ("Server-sent events", "new EventSource("), ("Socket.IO", "io(")];
        foreach (var (transport, text) in all)
        {
            await console.ChooseAsync(transport);
            await Assertions.Expect(console.Page.Locator("#receiver")).ToContainTextAsync(text);
            await Assertions.Expect(console.Page.Locator("#receivers input:checked + span")).ToHaveTextAsync(transport);
            await Assertions.Expect(console.Page.Locator("#senders input:checked + span")).ToHaveTextAsync("PHP");
            await Assertions.Expect(console.Page.Locator("#sender")).ToContainTextAsync("<?php");
        }
    }

    [Fact]
    public async Task Asks_for_session_recovery()
    {
        await using var console = await ConsoleVisit.OpenAsync(chromium, servers.Broker.Url);
        var handshake = console.Page.WaitForRequestAsync(request => request.Url.Contains("/socket.io/?", StringComparison.Ordinal));
        await console.JoinAsync(Channel.Next());
        Assert.Contains("recovery=1", (await handshake).Url, StringComparison.Ordinal);
        await console.StateBeginsAsync("Connected by Socket.IO");

        // What goes to the connection's own channel has no position.
        var own = await console.Page.Locator("#own code").TextContentAsync();
        await servers.Broker.SendAsync(own!, "for you alone");
        await Assertions.Expect(console.Arrivals.First.Locator("pre")).ToContainTextAsync("for you alone");
        await Assertions.Expect(console.Arrivals.First.Locator(".name")).ToHaveTextAsync("this connection");
        Assert.Empty(console.Faults());
    }

    // The picture of the README is one of these, made smaller.
    [Fact]
    public async Task Looks_tidy_with_several_notifications()
    {
        await using var broker = await Broker.StartAsync();
        await using var console = await ConsoleVisit.OpenAsync(chromium, broker.Url, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
        });
        await console.JoinAsync("orders");
        await console.JoinAsync("user:42");
        string[] bodies =
        [
            """{"title":"Order 1041 is paid","text":"34.90 EUR by card","order":1041}""",
            """{"title":"Parcel on its way","text":"Arrives tomorrow between 9 and 12","carrier":"DHL","items":[{"id":7,"count":2}]}""",
        ];
        foreach (var (index, body) in bodies.Index())
        {
            await console.Page.FillAsync("#send-channel", "orders");
            await console.Page.FillAsync("#notification", body);
            await console.SendAsync();

            // Two sends at once could arrive in the other order.
            var title = JsonDocument.Parse(body).RootElement.GetProperty("title").GetString()!;
            await console.ArrivedAsync("orders", index + 1, title);
        }

        await console.Page.FillAsync("#send-channel", "user:42");
        await console.Page.FillAsync("#notification", "{\n  \"title\": \"New message from Ada\",\n  \"text\": \"Lunch at one?\"\n}");
        await console.SendAsync();
        await console.ArrivedAsync("user:42", 1, "Lunch");
        foreach (var row in await console.Arrivals.AllAsync())
        {
            Assert.InRange((await row.BoundingBoxAsync())!.Height, 1, 60);
        }

        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await console.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, "console.png") });
        }

        Assert.Empty(console.Faults());
    }
}
