using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Recovery;

/// <summary>Tests what backends read, and their idempotency keys.</summary>
public abstract partial class RecoveryTests
{
    [Fact]
    public async Task A_key_makes_a_repeated_request_one_notification_also_when_two_race()
    {
        using var listener = await Listener.JoinAsync(Server, "c");

        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(n => PostAsync("""{"channel":["c","c"],"notification":"first"}""", "Idempotency-Key: order 7")));
        await PostAsync("""{"channel":["c","c"],"notification":"another body"}""", "Idempotency-Key: order 7");
        await PostAsync("""{"channel":"c","notification":"last"}""", "Idempotency-Key: order 8");

        Assert.Equal(["\"first\"", "\"first\"", "\"last\""], await listener.NextAsync(3));
    }

    [Fact]
    public async Task A_backend_reads_the_history_page_by_page()
    {
        await SendAsync("c d", 1, 5);
        var newest = await HistoryAsync("channel=c%20d&limit=2");
        var first = await HistoryAsync("channel=c%20d&limit=3&since=earliest");
        var second = await HistoryAsync($"channel=c%20d&limit=3&since=3&epoch={first.Epoch}");
        var end = await HistoryAsync($"channel=c%20d&since=5&epoch={first.Epoch}");

        Assert.Equal((3, true, false, "4,5"), (newest.Offset, newest.Recovered, newest.More, newest.Data));
        Assert.Equal((0, true, true, "1,2,3"), (first.Offset, first.Recovered, first.More, first.Data));
        Assert.Equal((3, true, false, "4,5"), (second.Offset, second.Recovered, second.More, second.Data));
        Assert.Equal((5, true, false, ""), (end.Offset, end.Recovered, end.More, end.Data));
    }

    [Fact]
    public async Task A_backend_that_names_a_position_that_is_not_known_is_told_no_part()
    {
        await SendAsync("c", 1, 3);
        var epoch = (await HistoryAsync("channel=c")).Epoch;

        var other = await HistoryAsync("channel=c&since=1&epoch=other");
        var future = await HistoryAsync($"channel=c&since=4&epoch={epoch}");

        Assert.Equal((epoch, 3, false, false, ""), other);
        Assert.Equal((epoch, 3, false, false, ""), future);
    }

    [Fact]
    public async Task A_history_that_is_long_comes_in_pages_of_bounded_size()
    {
        var large = new string('x', 90_000);
        for (var n = 0; n < 5; n++)
        {
            await Server.SendAsync("c", $"\"{large}\"");
        }

        var page = await HistoryAsync("channel=c&since=earliest");

        Assert.True(page.More);
        Assert.InRange(page.Data.Length, large.Length, 300_000);
    }

    [Fact]
    public async Task A_backend_sees_which_channels_there_are_and_who_listens()
    {
        foreach (var channel in (string[])["user:b", "user:é", "user:a", "other", "user:"])
        {
            await SendAsync(channel, 1, 2);
        }

        using var one = await Listener.JoinAsync(Server, "user:a");
        using var two = await Listener.JoinAsync(Server, "user:a", """{"epoch":"other","offset":1}""");

        Assert.Equal(["user:|2|0|0", "user:a|2|2|1", "user:b|2|0|0", "user:é|2|0|0", "next="], await ChannelsAsync("prefix=user%3A"));
        Assert.Equal(["user:|2|0|0", "user:a|2|2|1", "next=user:a"], await ChannelsAsync("prefix=user%3A&limit=2"));
        Assert.Equal(["user:b|2|0|0", "user:é|2|0|0", "next="], await ChannelsAsync("prefix=user%3A&limit=3&after=user%3Aa"));
        Assert.Equal(one.Epoch, (await ApiClient.GetAsync(Server, "/api/channel?name=user:a")).GetProperty("epoch").GetString());
        Assert.Equal(
            """{"channel":"user","epoch":null,"offset":null,"subscribers":0,"nodes":0}""",
            (await ApiClient.GetAsync(Server, "/api/channel?name=user")).GetRawText());
    }

    [Theory]
    [InlineData("Idempotency-Key:")]
    [InlineData("Idempotency-Key: 1\r\nIdempotency-Key: 2")]
    public async Task A_key_that_is_none_is_said(string header)
    {
        var answer = await RawHttp.SendAsync(Server, Request("""{"channel":"c","notification":1}""", header));

        Assert.Equal((400, "\"Idempotency-Key is given once and has 1 to 255 bytes of UTF-8\""), (answer.Status, answer.Body));
    }

    private async Task<IEnumerable<string?>> ListAsync(string query) =>
        (await ApiClient.GetAsync(Server, "/api/channels" + query)).GetProperty("channels").EnumerateArray()
            .Select(channel => channel.GetProperty("channel").GetString());

    private async Task<(string? Epoch, long Offset, bool Recovered, bool More, string Data)> HistoryAsync(string query)
    {
        var page = await ApiClient.GetAsync(Server, $"/api/history?{query}");
        return (
            page.GetProperty("epoch").GetString(),
            page.GetProperty("offset").GetInt64(),
            page.GetProperty("recovered").GetBoolean(),
            page.GetProperty("more").GetBoolean(),
            string.Join(
                ',',
                page.GetProperty("notifications").EnumerateArray().Select(notification => notification.GetProperty("data").GetRawText())));
    }

    private async Task<IReadOnlyList<string>> ChannelsAsync(string query)
    {
        var page = await ApiClient.GetAsync(Server, $"/api/channels?{query}");
        var channels = page.GetProperty("channels").EnumerateArray()
            .Select(
                channel =>
                    string.Join(
                        '|', ((string[])["channel", "offset", "subscribers", "nodes"]).Select(field => channel.GetProperty(field))));
        return [.. channels, $"next={page.GetProperty("next")}"];
    }
}
