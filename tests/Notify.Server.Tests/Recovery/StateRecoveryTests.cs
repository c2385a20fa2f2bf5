using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Recovery;

/// <summary>Tests the connection state recovery of stock clients 4.6 and later on the wire.</summary>
[Trait("Duration", "Long")]
public sealed partial class StateRecoveryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private NotifyServer? _server;

    private NotifyServer Server => _server!;

    public Task InitializeAsync() => StartAsync(NotifyServer.Default);

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task A_client_goes_on_where_it_was_with_the_same_ids()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("c");
        await SendAsync("c", 1, 2);
        Assert.Equal(["1", "2"], await first.NextAsync(2));
        await DropAsync(first);
        await SendAsync("c", 3, 5);

        using var again = await StockClient.ConnectAsync(Server, first);
        await SendAsync("c", 6, 6);

        Assert.True(again.Recovered);
        Assert.Equal(first.Id, again.Id);
        Assert.Equal(["3", "4", "5", "6"], await again.NextAsync(4));
    }

    [Fact]
    public async Task It_does_so_again_and_again_also_when_nothing_comes_between()
    {
        var client = await StockClient.ConnectAsync(Server);
        await client.JoinAsync("a", "b");
        for (var n = 1; n <= 5; n++)
        {
            await DropAsync(client);
            client = await StockClient.ConnectAsync(Server, client);
            Assert.True(client.Recovered);
            await DropAsync(client);
            await SendAsync(n % 2 == 0 ? "a" : "b", n, n);
            client = await StockClient.ConnectAsync(Server, client);
            Assert.True(client.Recovered);
            Assert.Equal($"{n}", await client.NextAsync());
        }

        client.Dispose();
    }

    [Fact]
    public async Task The_server_need_not_have_noticed_that_the_former_connection_is_over()
    {
        using var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("c");
        await SendAsync("c", 1, 1);
        Assert.Equal("1", await first.NextAsync());

        using var again = await StockClient.ConnectAsync(Server, first);
        await SendAsync("c", 2, 2);

        Assert.True(again.Recovered);
        Assert.Equal("2", await again.NextAsync());
        Assert.StartsWith("closed", await first.Socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal(0, Server.Retained);
    }

    [Fact]
    public async Task Several_channels_are_told_from_where_each_was()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("a", "b", "quiet");
        await SendAsync("a", 1, 2);
        Assert.Equal(["1", "2"], await first.NextAsync(2));
        await SendAsync("b", 11, 13);
        Assert.Equal("11", await first.NextAsync());
        await DropAsync(first);
        await SendAsync("a", 3, 3);
        await SendAsync("quiet", 21, 21);

        using var again = await StockClient.ConnectAsync(Server, first);
        await SendAsync("b", 14, 14);

        Assert.True(again.Recovered);
        Assert.Equal(["12", "13", "14", "21", "3"], (await again.NextAsync(5)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_client_that_had_received_nothing_resumes_from_its_joins()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("c");
        await DropAsync(first);
        await SendAsync("c", 1, 1);

        Assert.Null(first.Last);
        using var again = await StockClient.ConnectAsync(Server, first);

        Assert.True(again.Recovered);
        Assert.Equal("1", await again.NextAsync());
    }

    [Fact]
    public async Task A_notification_that_is_a_string_is_never_the_last_argument()
    {
        using var client = await StockClient.ConnectAsync(Server);
        await client.JoinAsync("c");
        await Server.SendAsync("c", "\"hello\"");
        Assert.Equal("\"hello\"", await client.NextAsync());
        Assert.Matches("^1:[A-Za-z0-9_-]+:1:c$", client.Last);

        await Server.SendAsync(client.Id, "\"mine\"");

        Assert.Equal("""42["NEW_NOTIFICATION","mine",null]""", await client.Socket.ReceiveAsync());
    }

    [Fact]
    public async Task Its_own_room_goes_on()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("c");
        await DropAsync(first);
        using var again = await StockClient.ConnectAsync(Server, first);

        await Server.SendAsync(first.Id, "1");

        Assert.Equal("1", await again.NextAsync());
    }

    [Theory]
    [InlineData(1, "2")]
    [InlineData(99, null)]
    public async Task A_session_of_another_life_of_the_node_goes_on_from_its_one_channel_when_that_is_known(int offset, string? next)
    {
        using var probe = await Listener.JoinAsync(Server, "c");
        await SendAsync("c", 1, 2);
        const string Pid = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

        using var client = await StockClient.ConnectAsync(
            Server,
            request: $$"""{"pid":"{{Pid}}","offset":"1:{{probe.Epoch}}:{{offset}}:c"}""");

        Assert.Equal(next is not null, client.PrivateId == Pid);
        if (next is not null)
        {
            Assert.Equal(next, await client.NextAsync());
        }
        else
        {
            // The attempts have left nothing behind.
            await SendAsync("c", 3, 3);
            await client.JoinAsync("d");
            await SendAsync("d", 4, 4);
            Assert.Equal("4", await client.NextAsync());
        }
    }

    [Fact]
    public async Task A_channel_that_was_left_stays_left()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("a", "b");
        await SendAsync("a", 1, 1);
        await first.NextAsync();
        await first.AskAsync("""["leave","a"]""");
        await DropAsync(first);
        await SendAsync("a", 2, 2);
        await SendAsync("b", 3, 3);

        using var again = await StockClient.ConnectAsync(Server, first);

        Assert.True(again.Recovered);
        Assert.Equal("3", await again.NextAsync());
    }

    [Fact]
    public async Task The_one_channel_that_was_left_is_not_named_any_more()
    {
        using var client = await StockClient.ConnectAsync(Server);
        await client.JoinAsync("a");
        await SendAsync("a", 1, 1);
        await client.NextAsync();
        Assert.StartsWith("1:", client.Last, StringComparison.Ordinal);

        await client.AskAsync("""["leave","a"]""");

        Assert.Equal("0:1", client.Last);
    }

    [Fact]
    public async Task A_second_channel_is_known_before_its_join_is_answered()
    {
        using var client = await StockClient.ConnectAsync(Server);
        await client.JoinAsync("a");
        await SendAsync("a", 1, 1);
        await client.NextAsync();

        await client.JoinAsync("b");
        Assert.Equal("0:1", client.Last);
        await SendAsync("a", 2, 2);
        await client.NextAsync();

        Assert.StartsWith("2:", client.Last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_keeps_positions_recovers_by_its_own_joins()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.AskAsync("""["join","c",{}]""");
        await SendAsync("c", 1, 1);
        await first.NextAsync();
        Assert.Null(first.Last);
        await DropAsync(first);

        using var again = await StockClient.ConnectAsync(Server, first);

        Assert.False(again.Recovered);
    }

    [Fact]
    public async Task A_page_that_joins_again_when_it_is_connected_changes_nothing()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("c");
        await SendAsync("c", 1, 1);
        await first.NextAsync();
        await DropAsync(first);
        await SendAsync("c", 2, 3);

        using var again = await StockClient.ConnectAsync(Server, first);
        await again.JoinAsync("c");
        await SendAsync("c", 4, 4);

        Assert.Equal(["2", "3", "4"], await again.NextAsync(3));
        Assert.StartsWith("1:", again.Last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_speaks_before_the_answer()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("c");
        await DropAsync(first);
        var retained = Server.Retained;
        using var socket = await RawSocket.OpenAsync(Server, "?EIO=4&transport=websocket&notificationKey=K1");
        await socket.ReceiveAsync();

        await socket.SendAsync($$"""40{"pid":"{{first.PrivateId}}"}""");
        await socket.SendAsync($$"""40{"pid":"{{first.PrivateId}}"}""");

        // Whichever comes first, the second request ends the connection, and the session is not lost.
        for (var frame = ""; !frame.StartsWith("closed", StringComparison.Ordinal); frame = await socket.ReceiveAsync())
        {
            Assert.NotEqual("cut", frame);
        }

        await Support.TestTimeouts.UntilAsync(() => Server.Retained == retained);
        using var again = await StockClient.ConnectAsync(Server, first);
        Assert.True(again.Recovered);
    }

    [Fact]
    public async Task Over_polling_it_is_the_same()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("c");
        await DropAsync(first);
        await SendAsync("c", 1, 2);
        using var polling = await PollingClient.OpenAsync(Server, "?EIO=4", "&notificationKey=K1");

        await polling.PostAsync($$"""40{"pid":"{{first.PrivateId}}"}""");

        var told = "";
        while (told.Split('\u001e').Length < 3)
        {
            told += (told.Length == 0 ? "" : "\u001e") + (await polling.GetAsync())["200 ".Length..];
        }

        Assert.Matches(
            "^40\\{\"sid\":\"" + first.Id + "\",\"pid\":\"" + first.PrivateId
                + "\"\\}\u001e42\\[\"NEW_NOTIFICATION\",1,\"1:[^\"]+:1:c\"\\]\u001e42\\[\"NEW_NOTIFICATION\",2,\"1:[^\"]+:2:c\"\\]$",
            told);
    }

    [Fact]
    public async Task Clients_of_revision_3_see_nothing_of_it()
    {
        var (socket, _) = await RawSocket.ConnectAsync(Server);
        using var _ = socket;
        await socket.SendAsync("""421["join","c"]""");
        await socket.ReceiveAsync();

        await SendAsync("c", 1, 1);

        Assert.Equal("""42["NEW_NOTIFICATION",1]""", await socket.ReceiveAsync());
    }

    [Fact]
    public async Task What_was_missed_is_told_at_the_clients_pace()
    {
        await Server.DisposeAsync();
        await StartAsync(NotifyServer.Default with
        {
            Connection = new() { MaxQueue = 32 * 1024 },
            Broker = new() { Channels = new() { HistorySize = 10_000 } },
        });
        const int Missed = 3_000;
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("c");
        await DropAsync(first);
        await SendAsync("c", 1, Missed);

        using var again = await StockClient.ConnectAsync(Server, first);
        var sending = SendAsync("c", Missed + 1, Missed + 100);

        Assert.True(again.Recovered);
        Assert.Equal(Enumerable.Range(1, Missed + 100).Select(n => $"{n}"), await again.NextAsync(Missed + 100));
        await sending;
    }

    [Theory]
    [InlineData(new[] { "c" }, true)]
    [InlineData(new[] { "c", "d" }, false)]
    public async Task After_a_restart_one_channel_goes_on_and_several_begin_anew(string[] channels, bool isRecovered)
    {
        using var folder = new TemporaryFolder();
        var options = NotifyServer.Default with { Store = new() { Location = $"sqlite:{folder.Path}/notify.db" } };
        await Server.DisposeAsync();
        await StartAsync(options);
        using var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync(channels);
        await SendAsync("c", 1, 2);
        Assert.Equal("1", await first.NextAsync());

        await Server.StopAsync();
        await Server.DisposeAsync();
        await StartAsync(options);
        await SendAsync("c", 3, 3);
        using var again = await StockClient.ConnectAsync(Server, first);

        Assert.Equal(isRecovered, again.Recovered);
        if (isRecovered)
        {
            Assert.NotEqual(first.Id, again.Id);
            Assert.Equal(["2", "3"], await again.NextAsync(2));
        }
    }

    private async Task StartAsync(NotifyOptions options)
    {
        _server = new NotifyServer(options, time: _time);
        await _server.InitializeAsync();
    }

    private async Task DropAsync(StockClient client)
    {
        var before = Server.Retained;
        client.Dispose();
        await Support.TestTimeouts.UntilAsync(() => Server.Retained >= before + 1);
    }

    private async Task SendAsync(string channel, int first, int last)
    {
        for (var n = first; n <= last; n++)
        {
            await Server.SendAsync(channel, JsonSerializer.Serialize(n));
        }
    }
}
