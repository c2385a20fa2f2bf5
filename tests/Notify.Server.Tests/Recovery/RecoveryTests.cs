using Notify.Server.Options;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Recovery;

/// <summary>
/// Tests the recovery of a client that was away, with any store. The tests are named after the complaints that they answer.
/// </summary>
public abstract partial class RecoveryTests : IAsyncLifetime
{
    private NotifyServer? _server;

    private protected NotifyServer Server => _server!;

    /// <summary>Gets the value of NOTIFY_STORE.</summary>
    protected abstract string Store { get; }

    public async Task InitializeAsync() => await StartAsync();

    public virtual async Task DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task What_was_sent_while_a_client_was_away_follows_before_what_is_live()
    {
        var first = await Listener.JoinAsync(Server, "c");
        await SendAsync("c", 1, 2);
        Assert.Equal(["1", "2"], await first.NextAsync(2));
        first.Dispose();
        await SendAsync("c", 3, 5);

        using var again = await Listener.JoinAsync(Server, "c", first.Since);
        await SendAsync("c", 6, 6);

        Assert.True(again.Recovered);
        Assert.Equal(["3", "4", "5", "6"], await again.NextAsync(4));
    }

    [Fact]
    public async Task The_channel_without_a_name_is_one_like_any_other()
    {
        var plain = await Listener.JoinAsync(Server, "");
        var stock = await StockClient.ConnectAsync(Server);
        await stock.JoinAsync("");
        var (stream, _) = await EventStream.OpenAsync(Server, "?key=K1&channel=");
        var id = (await stream.ReadAsync())!.Split('\n')[0]["id: ".Length..];

        // Not by /send, where an empty channel counts as missing, as in the original server.
        await ApiClient.SendAsync(Server, """{"channel":"","notification":1}""");
        await ApiClient.SendAsync(Server, """{"channels":["","a"],"notification":2}""");
        Assert.Equal(["1", "2"], await plain.NextAsync(2));
        Assert.Equal(["1", "2"], await stock.NextAsync(2));
        foreach (var client in new IDisposable[] { plain, stock, stream })
        {
            client.Dispose();
        }

        await Support.TestTimeouts.UntilAsync(() => Server.Retained == 1 && Server.Sessions == 0);
        await ApiClient.SendAsync(Server, """{"channel":"","notification":3,"idempotencyKey":"k"}""");
        await ApiClient.SendAsync(Server, """{"channel":"","notification":3,"idempotencyKey":"k"}""");
        using var plainAgain = await Listener.JoinAsync(Server, "", plain.Since);
        using var stockAgain = await StockClient.ConnectAsync(Server, stock);
        var (streamAgain, _) = await EventStream.OpenAsync(Server, $"?key=K1&channel=&lastEventId={id}");
        using var own = streamAgain;

        Assert.True(plainAgain.Recovered && stockAgain.Recovered);
        Assert.Equal("3", await plainAgain.NextAsync());
        Assert.Equal("3", await stockAgain.NextAsync());
        Assert.Contains("\"recovered\":true", await streamAgain.ReadAsync(), StringComparison.Ordinal);
        Assert.Contains("\"data\":1}", await streamAgain.ReadAsync(), StringComparison.Ordinal);
        var info = await ApiClient.GetAsync(Server, "/api/channel?name=");
        Assert.Equal(
            ("", plain.Epoch, 3),
            (info.GetProperty("channel").GetString(), info.GetProperty("epoch").GetString(), info.GetProperty("offset").GetInt32()));

        // Those who went leave the channel a moment after their sessions have ended.
        await Support.TestTimeouts.UntilAsync(async () =>
            (await ApiClient.GetAsync(Server, "/api/channel?name=")).GetProperty("subscribers").GetInt32() == 3);
        Assert.Equal(["", "a"], await ListAsync(""));
        Assert.Equal([""], await ListAsync("?limit=1"));
        Assert.Equal("", (await ApiClient.GetAsync(Server, "/api/channels?limit=1")).GetProperty("next").GetString());
        Assert.Equal(["a"], await ListAsync("?prefix=&after="));
        var history = await ApiClient.GetAsync(Server, $"/api/history?channel=&since=1&epoch={plain.Epoch}");
        Assert.Equal((true, 2), (history.GetProperty("recovered").GetBoolean(), history.GetProperty("notifications").GetArrayLength()));
        var elsewhere = await ApiClient.GetAsync(Server, "/api/history?channel=&since=1&epoch=");
        Assert.False(elsewhere.GetProperty("recovered").GetBoolean());
        Assert.Equal(0, elsewhere.GetProperty("notifications").GetArrayLength());
    }

    [Fact]
    public async Task A_client_that_had_received_nothing_recovers_too_socketio_5538()
    {
        var first = await Listener.JoinAsync(Server, "c");
        first.Dispose();
        await SendAsync("c", 1, 1);

        using var again = await Listener.JoinAsync(Server, "c", first.Since);

        Assert.True(again.Recovered);
        Assert.Equal("1", await again.NextAsync());
    }

    [Fact]
    public async Task A_client_recovers_again_and_again_socketio_4880()
    {
        var listener = await Listener.JoinAsync(Server, "c");
        for (var n = 1; n <= 10; n++)
        {
            listener.Dispose();
            await SendAsync("c", n, n);
            listener = await Listener.JoinAsync(Server, "c", listener.Since);
            Assert.True(listener.Recovered);
            Assert.Equal($"{n}", await listener.NextAsync());
        }

        listener.Dispose();
    }

    [Fact]
    public async Task A_client_that_was_never_there_hears_what_is_kept_socketio_4968()
    {
        await SendAsync("c", 1, 3);

        using var late = await Listener.JoinAsync(Server, "c", "\"earliest\"");

        Assert.True(late.Recovered);
        Assert.Equal(["1", "2", "3"], await late.NextAsync(3));
    }

    [Theory]
    [InlineData("""{"epoch":"another","offset":1}""")]
    [InlineData("""{"epoch":"","offset":0}""")]
    public async Task A_position_of_another_life_is_said_to_be_lost_and_does_not_stick_mercure_523(string since)
    {
        await SendAsync("c", 1, 3);

        using var client = await Listener.JoinAsync(Server, "c", since);
        await SendAsync("c", 4, 4);

        Assert.False(client.Recovered);
        Assert.Equal("4", await client.NextAsync());
        client.Dispose();
        using var again = await Listener.JoinAsync(Server, "c", client.Since);
        Assert.True(again.Recovered);
    }

    [Fact]
    public async Task A_position_in_the_future_is_said_to_be_lost()
    {
        using var first = await Listener.JoinAsync(Server, "c");
        await SendAsync("c", 1, 3);

        using var client = await Listener.JoinAsync(Server, "c", $$"""{"epoch":"{{first.Epoch}}","offset":4}""");

        Assert.False(client.Recovered);
        Assert.Equal(3, client.Offset);
    }

    [Fact]
    public async Task A_client_that_is_told_again_from_a_position_hears_it_once()
    {
        using var client = await JsonWebSocketClient.OpenAsync(Server);
        var epoch = await client.JoinAsync("c");
        await SendAsync("c", 1, 2);
        Assert.Contains("\"data\":1}", await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Contains("\"data\":2}", await client.ReceiveAsync(), StringComparison.Ordinal);

        var joined = await client.AskAsync($$$"""{"type":"join","channel":"c","since":{"epoch":"{{{epoch}}}","offset":1}}""");
        await SendAsync("c", 3, 3);

        Assert.Contains("\"offset\":1,\"recovered\":true", joined, StringComparison.Ordinal);
        Assert.Contains("\"data\":2}", await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Contains("\"data\":3}", await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Far_more_than_a_queue_holds_is_told_at_the_clients_pace_while_a_backend_sends()
    {
        await RestartAsync(options => options with
        {
            Connection = options.Connection with { MaxQueue = 8 * 1024 },
            Broker = new() { Channels = new() { HistorySize = 10_000 } },
        });
        const int Missed = 700;
        var first = await Listener.JoinAsync(Server, "c");
        first.Dispose();
        await SendAsync("c", 1, Missed);

        using var again = await Listener.JoinAsync(Server, "c", first.Since);
        var sending = SendAsync("c", Missed + 1, Missed + 100);
        var told = await again.NextAsync(Missed + 100);
        await sending;

        Assert.Equal(Enumerable.Range(1, Missed + 100).Select(n => $"{n}"), told);
    }

    [Fact]
    public async Task An_event_stream_goes_on_after_its_last_event_id()
    {
        var (first, _) = await EventStream.OpenAsync(Server, "?key=K1&channel=c");
        await first.ReadAsync();
        await SendAsync("c", 1, 1);
        var id = (await first.ReadAsync())!.Split('\n')[0]["id: ".Length..];
        first.Dispose();
        await SendAsync("c", 2, 3);

        var (again, _) = await EventStream.OpenAsync(Server, "?key=K1&channel=c", ("Last-Event-ID", id));

        Assert.Contains("\"offset\":1,\"recovered\":true", await again.ReadAsync(), StringComparison.Ordinal);
        Assert.Contains("\"data\":2}", await again.ReadAsync(), StringComparison.Ordinal);
        Assert.Contains("\"data\":3}", await again.ReadAsync(), StringComparison.Ordinal);
        again.Dispose();
    }

    [Fact]
    public async Task A_join_of_SocketIO_says_from_where_on_and_is_answered_before_what_was_missed()
    {
        await SendAsync("a", 1, 2);
        using var listener = await Listener.JoinAsync(Server, "a");
        await SendAsync("a", 3, 4);
        var (socket, _) = await RawSocket.ConnectAsync(Server);
        using var _ = socket;

        await socket.SendAsync($$$"""421["join","a",{"since":{{{listener.Since}}}}]""");

        Assert.Equal($$"""431[{"epoch":"{{listener.Epoch}}","offset":2,"recovered":true}]""", await socket.ReceiveAsync());
        Assert.StartsWith("""42["NEW_NOTIFICATION",3,{"channel":"a",""", await socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.StartsWith("""42["NEW_NOTIFICATION",4,{"channel":"a",""", await socket.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_join_of_several_channels_says_for_each_from_where_on()
    {
        await SendAsync("a", 1, 1);
        await SendAsync("b", 1, 1);
        var (socket, _) = await RawSocket.ConnectAsync(Server);
        using var _ = socket;

        await socket.SendAsync("""421["join",["a","b"],{"since":{"a":"earliest"}}]""");

        var told = new[] { await socket.ReceiveAsync(), await socket.ReceiveAsync() };
        Assert.Matches(
            """^431\[\[\{"epoch":"[^"]+","offset":0,"recovered":true\},\{"epoch":"[^"]+","offset":1,"recovered":false\}\]\]$""",
            told.Single(each => each.StartsWith("431", StringComparison.Ordinal)));
        Assert.StartsWith(
            """42["NEW_NOTIFICATION",1,{"channel":"a",""",
            told.Single(each => each.StartsWith("42[", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"latest\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"epoch":7,"offset":1}""")]
    [InlineData("""{"epoch":"e","offset":-1}""")]
    [InlineData("""{"epoch":"e","offset":1.5}""")]
    [InlineData("""{"epoch":"e","offset":"1"}""")]
    public async Task A_position_that_cannot_be_read_is_an_error_of_that_join(string since)
    {
        var (socket, _) = await RawSocket.ConnectAsync(Server);
        using var _ = socket;

        await socket.SendAsync($$$"""421["join","a",{"since":{{{since}}}}]""");

        Assert.Equal("""431[{"error":"bad_since"}]""", await socket.ReceiveAsync());
    }

    private protected async Task RestartAsync(Func<NotifyOptions, NotifyOptions>? change = null)
    {
        await Server.StopAsync();
        await Server.DisposeAsync();
        await StartAsync(change);
    }

    private protected async Task SendAsync(string channel, int first, int last)
    {
        for (var n = first; n <= last; n++)
        {
            await Server.SendAsync(channel, $"{n}");
        }
    }

    private protected async Task PostAsync(string body, string header) =>
        Assert.Equal(200, (await RawHttp.SendAsync(Server, Request(body, header))).Status);

    private static RawRequest Request(string body, string header) =>
        new("POST", "/send", ["notification_secret: S1", "Content-Type: application/json", header])
        {
            Body = System.Text.Encoding.UTF8.GetBytes(body),
        };

    private async Task StartAsync(Func<NotifyOptions, NotifyOptions>? change = null)
    {
        var options = NotifyServer.Default with { Store = new() { Location = Store } };
        _server = new NotifyServer(change?.Invoke(options) ?? options);
        await _server.InitializeAsync();
    }
}
