using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.EngineIo;

/// <summary>Tests the responses to the requests of a polling session, for both revisions; <c>EIO=3</c> with base64.</summary>
[Collection(SharedServer.Name)]
public sealed class PollingTests(NotifyServer server)
{
    private const string V4 = "?EIO=4";
    private const string V3 = "?EIO=3";
    private const string Gone = "400 {\"code\":1,\"message\":\"Session ID unknown\"}";
    private const string BadRequest = "400 {\"code\":3,\"message\":\"Bad request\"}";

    [Theory]
    [InlineData(V4, "40", "200 40{\"sid\":")]
    [InlineData(V3, "2:40", "200 2:40")]
    public async Task Connecting_is_answered_by_the_next_poll(string query, string post, string answer)
    {
        using var client = await OpenAsync(query);
        Assert.Equal("200 ok", await client.PostAsync(post));
        Assert.StartsWith(answer, await client.GetAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(V4, "&transport=websocket")]
    [InlineData(V4, "&EIO=3")]
    [InlineData(V3, "&transport=websocket")]
    [InlineData(V3, "&EIO=4")]
    public async Task A_poll_that_does_not_fit_its_session_is_a_bad_request(string query, string more)
    {
        using var client = await OpenAsync(query);
        Assert.Equal(BadRequest, await client.GetAsync(more));
    }

    [Theory]
    [InlineData(V4, "PUT")]
    [InlineData(V4, "DELETE")]
    [InlineData(V3, "PUT")]
    [InlineData(V3, "DELETE")]
    public async Task Other_methods_fail_and_leave_the_session(string query, string method)
    {
        using var client = await OpenAsync(query);
        Assert.Equal("500", await client.SendAsync(new HttpMethod(method)));
        Assert.Equal("200 ok", await client.PostAsync(Packet(query, "0")));
    }

    [Theory]
    [InlineData(V4, "1")]
    [InlineData(V3, "1:1")]
    public async Task A_second_poll_ends_the_session(string query, string close)
    {
        using var client = await OpenAsync(query, drained: true);

        string[] answers = await Task.WhenAll(client.GetAsync(), client.GetAsync());

        Assert.Equal(["200 " + close, "400"], answers.Order(StringComparer.Ordinal));
        Assert.Equal(Gone, await client.GetAsync());
    }

    [Theory]
    [InlineData(V4)]
    [InlineData(V3)]
    public async Task A_second_post_ends_the_session_and_the_first(string query)
    {
        using var client = await OpenAsync(query);
        using var first = await RawHttp.ConnectAsync(server);
        await first.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /socket.io/{query}&transport=polling&sid={client.Id} HTTP/1.1\r\nHost: x\r\n"
            + "Connection: close\r\nContent-Length: 100\r\n\r\n4"));

        string answer;
        do
        {
            // The requests are only concurrent after the server has begun to read the one above.
            answer = await PostOrCutAsync(client, Packet(query, "0"));
        }
        while (answer == "200 ok");

        // Either request may have been the second.
        var other = Encoding.ASCII.GetString(await RawHttp.ReadAllAsync(first.GetStream()).Soon());
        Assert.True(
            (answer, other) is ("400", "") || (answer is "cut" && other.StartsWith("HTTP/1.1 400", StringComparison.Ordinal)),
            $"{answer}, {other}");
        Assert.Equal(Gone, await client.GetAsync());
    }

    [Theory]
    [InlineData(V4, "abc")]
    [InlineData(V4, "")]
    [InlineData(V4, "9")]
    [InlineData(V4, "2")]
    [InlineData(V4, "0\u001eabc")]
    [InlineData(V4, "0\u001e")]
    [InlineData(V3, "abc")]
    [InlineData(V3, "")]
    [InlineData(V3, "1:9")]
    [InlineData(V3, "1:3")]
    [InlineData(V3, "1:0abc")]
    [InlineData(V3, "1:01:")]
    public async Task What_is_no_payload_is_accepted_and_ends_the_session(string query, string body)
    {
        using var client = await OpenAsync(query);
        Assert.Equal("200 ok", await client.PostAsync(body));
        Assert.Equal(Gone, await client.GetAsync());
    }

    [Theory]
    [InlineData(V4, "4", "6\u001e1")]
    [InlineData(V4, "4abc", "6\u001e1")]
    [InlineData(V4, "42[\"join\",\"x\"]", "6\u001e1")]
    [InlineData(V4, "bAQID", "6\u001e1")]
    [InlineData(V4, "44\"x\"", "6\u001e1")]
    [InlineData(V3, "1:4", "1:61:1")]
    [InlineData(V3, "4:4abc", "1:61:1")]
    [InlineData(V3, "5:44\"x\"", "1:61:1")]
    public async Task What_is_no_Socket_IO_packet_ends_the_session_and_tells_the_next_poll(string query, string body, string close)
    {
        using var client = await OpenAsync(query, drained: true);
        Assert.Equal("200 ok", await client.PostAsync(body));
        Assert.Equal("200 " + close, await client.GetAsync());
        Assert.Equal(Gone, await client.GetAsync());
    }

    [Theory]
    [InlineData(V4, "0", "6")]
    [InlineData(V4, "5", "6")]
    [InlineData(V4, "6", "6")]
    [InlineData(V3, "1:0", "1:6")]
    [InlineData(V3, "14:42[\"join\",\"x\"]", "1:6")]
    public async Task What_says_nothing_leaves_the_session_open(string query, string body, string noop)
    {
        using var client = await OpenAsync(query, drained: true);
        Assert.Equal("200 ok", await client.PostAsync(body));

        // A waiting poll; otherwise the close packet could not end it.
        var poll = client.GetAsync();
        Assert.Equal("200 ok", await client.PostAsync(Packet(query, "1")));
        Assert.Contains(await poll, (string[])[$"200 {noop}", Gone]);
        Assert.Equal(Gone, await client.GetAsync());
    }

    [Fact]
    public async Task Binary_framing_is_no_payload_of_revision_4()
    {
        using var client = await OpenAsync(V4);
        Assert.Equal("400", await client.PostAsync("4", "application/octet-stream"));
        Assert.Equal(Gone, await client.GetAsync());
    }

    [Fact]
    public async Task Binary_framing_is_read_in_revision_3()
    {
        using var client = await OpenAsync(V3, drained: true);
        byte[] ping = [0, 1, 0xFF, (byte)'2'];
        Assert.Equal("200 ok", await client.SendAsync(HttpMethod.Post, ping, "application/octet-stream"));
        Assert.Equal("200 1:3", await client.GetAsync());
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_and_leaves_the_session()
    {
        using var client = await OpenAsync(V4);
        Assert.Equal("413", await client.PostAsync(new string('4', 1_000_001)));
        Assert.Equal("200 ok", await client.PostAsync("40"));
    }

    [Fact]
    public async Task A_poll_that_its_client_gives_up_ends_the_session()
    {
        using var client = await OpenAsync(V4);
        using var given = new CancellationTokenSource();
        var poll = client.GetAsync(cancellationToken: given.Token);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);

        // The poll may not have begun yet. The next ones then wait and are abandoned until one has. The first poll may even begin after the
        // next one: then the two overlap, and the one that waits receives the packet that closes the session.
        while (true)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            try
            {
                if (await client.GetAsync(cancellationToken: patience.Token) is var answer && answer != "200 1")
                {
                    Assert.StartsWith("400", answer, StringComparison.Ordinal);
                    return;
                }
            }
            catch (OperationCanceledException)
            {
                // The poll waits.
            }
        }
    }

    [Fact]
    public async Task A_form_of_JSONP_is_read_and_answered_by_a_script()
    {
        using var client = await PollingClient.OpenAsync(server, V3, "&j=0&b64=1");
        Assert.Equal("200 ___eio[1](\"2:40\");", await client.GetAsync("&j=1"));
        Assert.Equal("200 ok", await client.PostFormAsync("&j=2", "1:2"));
        Assert.Equal("200 ___eio[3](\"1:3\");", await client.GetAsync("&j=3"));
    }

    [Fact]
    public async Task One_answer_holds_at_most_sixteen_packets()
    {
        using var client = await PollingClient.ConnectAsync(server);
        Assert.Equal("200 ok", await client.PostAsync("421[\"join\",\"sixteen\"]"));
        Assert.StartsWith("200 431[", await client.GetAsync(), StringComparison.Ordinal);
        var (other, _) = await RawSocket.ConnectAsync(server);
        using var witness = other;
        await witness.SendAsync("421[\"join\",\"sixteen\"]");
        Assert.StartsWith("431[", await witness.ReceiveAsync(), StringComparison.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            await server.SendAsync("sixteen", "1");
        }

        // The notifications that one socket received after the last one, the other received before it.
        await server.SendAsync("sixteen", "\"last\"");
        await witness.ReceiveUntilAsync("42[\"NEW_NOTIFICATION\",\"last\"]");

        Assert.Equal(16, (await client.GetAsync()).Split('\u001e').Length);
        Assert.StartsWith("200 42[", await client.GetAsync(), StringComparison.Ordinal);
    }

    // In revision 3 the first poll returns the connect packet, which the server sends without a request.
    private async Task<PollingClient> OpenAsync(string query, bool drained = false)
    {
        var client = await PollingClient.OpenAsync(server, query, query == V3 ? "&b64=1" : "");
        if (drained && query == V3)
        {
            Assert.Equal("200 2:40", await client.GetAsync());
        }

        return client;
    }

    private static async Task<string> PostOrCutAsync(PollingClient client, string body)
    {
        try
        {
            return await client.PostAsync(body);
        }
        catch (HttpRequestException)
        {
            return "cut";
        }
    }

    private static string Packet(string query, string packet) => query == V3 ? $"{packet.Length}:{packet}" : packet;
}
