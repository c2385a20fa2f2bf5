using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Recovery;

/// <summary>Tests which clients begin a new session.</summary>
public sealed partial class StateRecoveryTests
{
    [Fact]
    public async Task Whatever_stands_in_the_request_a_new_session_begins_that_can_be_recovered()
    {
        string[] requests =
        [
            """{"pid":7,"offset":"x"}""",
            """{"pid":null,"offset":null}""",
            """{"pid":{},"offset":[]}""",
            """{"pid":"","offset":""}""",
            """{"pid":"\u0000","offset":"\u0000"}""",
            """{"pid":"\ud800","offset":"\ud800"}""",
            """{"pid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""",
            """{"pid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","offset":"0:1"}""",
            """{"pid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","offset":7}""",
            """{"pid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","offset":"1:e:99999999999999999999:c"}""",
            """{"pid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","offset":"1:foreign:1:c"}""",
            """{"pid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","offset":"2:foreign:1:c"}""",
        ];
        foreach (var (index, request) in requests.Index())
        {
            var channel = $"c{index}";
            var first = await StockClient.ConnectAsync(Server, request: request);
            Assert.DoesNotContain("AAAAAAAA", first.PrivateId, StringComparison.Ordinal);
            await first.JoinAsync(channel);
            await SendAsync(channel, 1, 1);
            Assert.Equal("1", await first.NextAsync());
            await DropAsync(first);
            await SendAsync(channel, 2, 2);

            using var again = await StockClient.ConnectAsync(Server, first);

            Assert.True(again.Recovered, request);
            Assert.Equal("2", await again.NextAsync());
        }
    }

    [Fact]
    public async Task A_request_that_is_huge_is_no_session_either()
    {
        var huge = new string('x', 400_000);

        using var client = await StockClient.ConnectAsync(Server, request: $$"""{"pid":"{{huge}}","offset":"{{huge}}"}""");

        await client.JoinAsync("c");
    }

    [Fact]
    public async Task Of_several_channels_only_their_holder_knows()
    {
        using var probe = await Listener.JoinAsync(Server, "c");
        const string Pid = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

        using var client = await StockClient.ConnectAsync(Server, request: $$"""{"pid":"{{Pid}}","offset":"2:{{probe.Epoch}}:0:c"}""");

        Assert.NotEqual(Pid, client.PrivateId);
    }

    [Fact]
    public async Task One_own_room_is_not_resumed_as_a_channel()
    {
        using var victim = await StockClient.ConnectAsync(Server);
        const string Pid = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

        using var client = await StockClient.ConnectAsync(Server, request: $$"""{"pid":"{{Pid}}","offset":"1:e:0:{{victim.Id}}"}""");

        Assert.NotEqual(Pid, client.PrivateId);
    }

    [Fact]
    public async Task Without_the_key_nothing_is_resumed_and_the_session_waits_for_who_has_it()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("c");
        await DropAsync(first);
        await SendAsync("c", 1, 1);

        using var thief = await StockClient.ConnectAsync(Server, first, key: "wrong");
        Assert.False(thief.Recovered);
        using var again = await StockClient.ConnectAsync(Server, first);

        Assert.True(again.Recovered);
        Assert.Equal("1", await again.NextAsync());
        Assert.Contains("forbidden", await thief.AskAsync("""["join","c"]"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_whose_joins_were_ignored_recovers_nothing()
    {
        var first = await StockClient.ConnectAsync(Server, key: "wrong");
        await first.AskAsync("""["join","c"]""");
        await DropAsync(first);

        using var again = await StockClient.ConnectAsync(Server, first);

        Assert.False(again.Recovered);
    }

    [Fact]
    public async Task Who_was_away_too_long_begins_anew_and_its_old_string_says_nothing_of_the_new_session()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("old");
        await SendAsync("old", 1, 1);
        await first.NextAsync();
        await DropAsync(first);
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(0, Server.Retained);

        var second = await StockClient.ConnectAsync(Server, first);
        Assert.False(second.Recovered);
        Assert.NotEqual(first.Id, second.Id);
        await second.JoinAsync("new");
        await DropAsync(second);
        await SendAsync("old", 2, 2);
        await SendAsync("new", 3, 3);
        using var third = await StockClient.ConnectAsync(Server, second);

        Assert.Equal("0:0", second.Last);
        Assert.True(third.Recovered);
        Assert.Equal("3", await third.NextAsync());
    }

    [Fact]
    public async Task Who_leaves_on_purpose_begins_anew()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("c");
        await SendAsync("c", 1, 1);
        await first.NextAsync();
        await first.Socket.SendAsync("41");
        await first.Socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure);

        using var again = await StockClient.ConnectAsync(Server, first);

        Assert.False(again.Recovered);
        Assert.Equal(0, Server.Retained);
    }

    [Fact]
    public async Task Who_says_what_is_no_packet_begins_anew()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("c");
        await first.Socket.SendAsync("9");
        await first.Socket.ReceiveAsync();

        using var again = await StockClient.ConnectAsync(Server, first);

        Assert.False(again.Recovered);
    }

    [Fact]
    public async Task More_than_the_log_holds_is_not_recovered()
    {
        var first = await StockClient.ConnectAsync(Server);
        await first.JoinAsync("a", "b");
        await SendAsync("a", 1000, 1000);
        await first.NextAsync();
        var last = first.Last;
        for (var n = 1; n <= 130; n++)
        {
            // Waits for each, because two channels may overtake each other and form longer runs.
            await SendAsync("a", n, n);
            await first.NextAsync();
            await SendAsync("b", n, n);
            await first.NextAsync();
        }

        await DropAsync(first);
        using var again = await StockClient.ConnectAsync(
            Server, first, request: $$"""{"pid":"{{first.PrivateId}}","offset":"{{last}}"}""");

        Assert.False(again.Recovered);
    }
}
