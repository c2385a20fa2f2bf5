using System.Net;
using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Cluster.Tests;

/// <summary>Tests that the spans of three nodes form one trace.</summary>
public sealed class TracesTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task A_send_is_one_trace_over_the_node_that_accepts_it_the_owner_and_the_nodes_of_the_clients()
    {
        using var receiver = new OtlpReceiver();
        var network = new Network(3);
        await using var cluster = NodeCluster.Create(network, 3, (_, settings) =>
        {
            foreach (var (name, value) in receiver.Settings(network.HostAddress))
            {
                settings[name] = value;
            }
        });
        foreach (var node in cluster.Nodes)
        {
            node.Start();
        }

        await cluster.ReadyAsync();
        var listeners = new List<Listener>();
        foreach (var node in cluster.Nodes)
        {
            listeners.Add(await Listener.JoinAsync("traced", () => node));
        }

        // Whichever node owns the channel, two of the three ask another one.
        IReadOnlyList<OtlpSpan> spans = [];
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal(HttpStatusCode.OK, await SendAsync(cluster.Nodes[n], n));

            // One after the other, because a socket that is still busy with a notification traces no write of the next.
            var expected = (n + 1) * 9;
            await TestTimeouts.UntilAsync(
                () => (spans = [.. receiver.Spans]).Count == expected,
                () => string.Join('\n', spans.Select(span => $"{span.TraceId} {span.Name} {span.Node}")));
        }

        foreach (var listener in listeners)
        {
            await listener.HasAsync(3);
        }

        for (var n = 0; n < 3; n++)
        {
            Check([.. spans.Where(span => span.TraceId == TraceOf(n))]);
        }

        // The node that accepted and the owner differ in two of the three.
        var owner = Assert.Single(spans.Where(span => span.Name == "order").Select(span => span.Node).Distinct());
        Assert.Equal(3, spans.Where(span => span.Name == "POST /send").Select(span => span.Node).Distinct().Count());
        Assert.All(
            spans.Where(span => span.Name == "publish *"),
            span => Assert.StartsWith(owner + ":", span.Attributes["notify.owner"], StringComparison.Ordinal));
        foreach (var listener in listeners)
        {
            Assert.Empty(listener.Complaints);
            await listener.DisposeAsync();
        }
    }

    // One request, one publish, one order; a relay and a write on each of three nodes.
    private static void Check(IReadOnlyList<OtlpSpan> spans)
    {
        Assert.Equal(9, spans.Count);
        var request = Assert.Single(spans, span => span.Name == "POST /send");
        var publish = Assert.Single(spans, span => span.Name == "publish *");
        var order = Assert.Single(spans, span => span.Name == "order");
        Assert.Equal((request.SpanId, request.Node), (publish.ParentId, publish.Node));
        Assert.Equal(publish.SpanId, order.ParentId);
        var relays = spans.Where(span => span.Name == "relay").ToList();
        Assert.Equal(3, relays.Select(relay => relay.Node).Distinct().Count());
        Assert.All(relays, relay =>
        {
            Assert.Equal(publish.SpanId, relay.ParentId);
            Assert.Equal("1", relay.Attributes["notify.subscribers"]);
            var write = Assert.Single(spans, span => span.Name == "write" && span.ParentId == relay.SpanId);
            Assert.Equal(relay.Node, write.Node);
        });
    }

    private static string TraceOf(int n) => Trace[..^1] + (char)('a' + n);

    private static async Task<HttpStatusCode> SendAsync(Node node, int n)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Url + "/send"))
        {
            Content = new StringContent($$"""{"channel":"traced","notification":"{{n}}"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("notification-secret", "S1");
        request.Headers.Add("traceparent", $"00-{TraceOf(n)}-00f067aa0ba902b7-01");
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
