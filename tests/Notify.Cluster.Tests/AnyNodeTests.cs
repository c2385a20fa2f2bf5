using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Notify.Cluster.Tests;

/// <summary>Tests that any node answers requests for all nodes.</summary>
[Collection(SharedCluster.Name)]
public sealed class AnyNodeTests(SharedCluster cluster)
{
    [Fact]
    public async Task What_is_sent_to_any_node_reaches_a_client_of_any_node()
    {
        var listeners = new List<Listener>();
        for (var channel = 0; channel < 12; channel++)
        {
            foreach (var node in cluster.Nodes)
            {
                listeners.Add(await Listener.JoinAsync($"channel-{channel}", () => node));
            }
        }

        for (var n = 0; n < 30; n++)
        {
            for (var channel = 0; channel < 12; channel++)
            {
                Assert.Equal(HttpStatusCode.OK, await cluster.Nodes[n % 3].SendAsync($"channel-{channel}", $"{n}"));
            }
        }

        foreach (var listener in listeners)
        {
            await listener.HasAsync(30);
            Assert.Equal(Enumerable.Range(0, 30).Select(n => $"{n}"), listener.Told);
            Assert.Empty(listener.Complaints);
            Assert.Equal(0, listener.Losses);
            await listener.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_send_to_a_sockets_own_room_reaches_it_from_every_node()
    {
        using var client = await PollingClient.ConnectAsync(() => cluster.Nodes[0]);
        foreach (var (node, i) in cluster.Nodes.Select((node, i) => (node, i)))
        {
            Assert.Equal(HttpStatusCode.OK, await node.SendAsync(client.SocketId, $"{i}"));
            await client.ReadAsync(i + 1).WaitAsync(TestTimeouts.Limit);
        }

        Assert.Equal(["0", "1", "2"], client.Told);
        Assert.Empty(client.Complaints);
    }

    [Fact]
    public async Task Every_node_counts_the_subscribers_of_all_and_lists_the_channels_of_all()
    {
        var listeners = new List<Listener>();
        for (var i = 0; i < 12; i++)
        {
            listeners.Add(await Listener.JoinAsync($"count-{i:00}", () => cluster.Nodes[0]));
            listeners.Add(await Listener.JoinAsync($"count-{i:00}", () => cluster.Nodes[1]));
            listeners.Add(await Listener.JoinAsync($"count-{i:00}", () => cluster.Nodes[1]));
            Assert.Equal(HttpStatusCode.OK, await cluster.Nodes[2].SendAsync($"count-{i:00}", "1"));
        }

        var expected = Enumerable.Range(0, 12)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"count-{i:00}: 1, 3 on 2"))
            .ToList();
        foreach (var node in cluster.Nodes)
        {
            // A node that is busy for more than a second is omitted.
            IReadOnlyList<string> listed = [];
            await TestTimeouts.UntilAsync(
                async () => expected.SequenceEqual(
                    listed =
                        [.. (await node.AskAsync("/api/channels?prefix=count-")).GetProperty("channels").EnumerateArray().Select(Text)]),
                () => string.Join('\n', listed));
            await TestTimeouts.UntilAsync(
                async () => Text(await node.AskAsync("/api/channel?name=count-07")) == expected[7],
                () => node.Url);
            await TestTimeouts.UntilAsync(
                async () => (await node.AskAsync("/api/channels?prefix=count-&after=count-03&limit=2"))
                    .GetProperty("channels").EnumerateArray().Select(channel => channel.GetProperty("channel").GetString())
                    .SequenceEqual(["count-04", "count-05"]),
                () => node.Url);
        }

        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }

        static string Text(JsonElement channel) =>
            $"{channel.GetProperty("channel")}: {channel.GetProperty("offset")}, {channel.GetProperty("subscribers")} on "
                + $"{channel.GetProperty("nodes")}";
    }

    [Fact]
    public async Task A_session_moves_with_its_client_from_node_to_node()
    {
        // A node that is busy for more than half a second counts as gone, and the client starts a new session.
        var attempt = 0;
        await TestTimeouts.UntilAsync(() => MoveAsync($"move-{++attempt}"), () => $"not recovered in {attempt} attempts");
    }

    private async Task<bool> MoveAsync(string name)
    {
        string[] channels = [name + "-a", name + "-b"];
        var client = await PollingClient.ConnectAsync(() => cluster.Nodes[0]);
        await client.JoinAsync(channels[0]);
        await client.JoinAsync(channels[1]);
        await SendAsync("0");
        await client.ReadAsync(2).WaitAsync(TestTimeouts.Limit);

        // Its id names the first node all the time; the second move is from a node that it does not name.
        for (var move = 1; move <= 2; move++)
        {
            var (former, node) = (client, cluster.Nodes[move]);
            await SendAsync($"{move}");
            client = await PollingClient.ConnectAsync(() => node, former);
            if (client.PrivateId != former.PrivateId)
            {
                return false;
            }

            Assert.NotEqual(former.SocketId, client.SocketId);
            await client.ReadAsync(2).WaitAsync(TestTimeouts.Limit);
            Assert.Equal(channels.Select(channel => $"{channel} {move}"), client.Told.Order());
            Assert.Empty(client.Complaints);

            // A poll may return the messages that were still queued, and nothing else.
            await TestTimeouts.UntilAsync(
                async () => (await former.AskAsync(node)).Status == HttpStatusCode.BadRequest,
                () => "the former connection lives on");
            former.Dispose();
        }

        Assert.Equal(HttpStatusCode.OK, await cluster.Nodes[0].SendAsync(client.SocketId, "own"));
        await client.ReadAsync(3).WaitAsync(TestTimeouts.Limit);
        Assert.Equal("own", client.Told.Last());
        client.Dispose();
        return true;

        async Task SendAsync(string text)
        {
            foreach (var channel in channels)
            {
                Assert.Equal(HttpStatusCode.OK, await cluster.Nodes[0].SendAsync(channel, $"{channel} {text}"));
            }
        }
    }
}
