using System.Net;
using System.Security.Cryptography.X509Certificates;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;

namespace Notify.Cluster.Tests;

/// <summary>Tests that the requests of one session may arrive at any node.</summary>
[Collection(SharedCluster.Name)]
public sealed class ForwardingTests(SharedCluster cluster)
{
    private const string Unknown = """{"code":1,"message":"Session ID unknown"}""";

    private static readonly NodeIdentity Identity = NodeIdentity.FromSecret("the secret of this cluster");

    private int _turn;

    [Fact]
    public async Task A_client_whose_every_request_goes_to_another_node_is_told_everything()
    {
        var clients = new List<PollingClient>();
        for (var i = 0; i < 4; i++)
        {
            clients.Add(await PollingClient.ConnectAsync(Next));
            await clients[i].JoinAsync("round-robin");
            Next();
        }

        var reading = clients.Select(client => client.ReadAsync(40)).ToList();
        for (var n = 0; n < 40; n++)
        {
            Assert.Equal(HttpStatusCode.OK, await Next().SendAsync("round-robin", $"{n}"));
        }

        await Task.WhenAll(reading).WaitAsync(TestTimeouts.Limit);
        foreach (var client in clients)
        {
            Assert.Empty(client.Complaints);
            Assert.Equal(Enumerable.Range(0, 40).Select(n => $"{n}"), client.Told);
            client.Dispose();
        }
    }

    [Fact]
    public async Task A_session_is_upgraded_through_another_node_while_it_polls_a_third()
    {
        using var client = await PollingClient.ConnectAsync(() => cluster.Nodes[0]);
        using var socket = await UpgradedSocket.UpgradeAsync(client, cluster.Nodes[1], cluster.Nodes[2]);

        await socket.SendAsync("421[\"join\",\"upgraded\"]");
        Assert.StartsWith("431[", await socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await cluster.Nodes[1].SendAsync("upgraded", "hello"));
        Assert.StartsWith("42[\"NEW_NOTIFICATION\",\"hello\"", await socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Empty(client.Complaints);

        await socket.CloseAsync();
        await TestTimeouts.UntilAsync(
            async () => (await client.AskAsync(cluster.Nodes[0])).Body == Unknown,
            () => "the session outlives its socket");
    }

    [Fact]
    public async Task A_page_of_another_origin_gets_the_same_answer_from_every_node()
    {
        using var http = new HttpClient();
        using var client = await PollingClient.ConnectAsync(() => cluster.Nodes[0]);
        foreach (var node in cluster.Nodes)
        {
            using var answer = await PostAsync(http, node, client.SessionId, "https://app.example.com");

            Assert.Equal((HttpStatusCode.OK, "ok"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
            Assert.Equal(["https://app.example.com"], answer.Headers.GetValues("Access-Control-Allow-Origin"));
            Assert.Equal(["true"], answer.Headers.GetValues("Access-Control-Allow-Credentials"));
            Assert.Equal("text/html", answer.Content.Headers.ContentType!.ToString());
        }
    }

    [Fact]
    public async Task The_origin_of_the_node_that_was_asked_is_allowed_and_no_other_that_is_not_listed()
    {
        using var http = new HttpClient();
        using var client = await PollingClient.ConnectAsync(() => cluster.Nodes[0]);
        foreach (var node in cluster.Nodes)
        {
            using var own = await PostAsync(http, node, client.SessionId, node.Url);
            using var other = await PostAsync(http, node, client.SessionId, node.Url.Replace("http", "https", StringComparison.Ordinal));

            Assert.Equal([node.Url], own.Headers.GetValues("Access-Control-Allow-Origin"));
            Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_said_by_every_node_in_the_same_words()
    {
        using var http = new HttpClient();
        using var client = await PollingClient.ConnectAsync(() => cluster.Nodes[0]);
        var gone = new SocketIds(0).Next();
        foreach (var (query, body) in new[]
        {
            ($"EIO=4&transport=polling&sid={gone}", Unknown),
            ("EIO=4&transport=polling&sid=nonsense", Unknown),
            ($"EIO=4&transport=pigeon&sid={client.SessionId}", """{"code":0,"message":"Transport unknown"}"""),
            ($"EIO=3&transport=polling&sid={client.SessionId}", """{"code":3,"message":"Bad request"}"""),
        })
        {
            foreach (var node in cluster.Nodes)
            {
                using var answer = await http.GetAsync($"{node.Url}/socket.io/?{query}");
                Assert.Equal((HttpStatusCode.BadRequest, body), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
                Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
            }
        }
    }

    [Fact]
    public async Task The_internal_listener_is_for_nodes_and_for_what_they_ask_of_it()
    {
        using var client = await PollingClient.ConnectAsync(() => cluster.Nodes[0]);
        using var nobody = new HttpClient(Handler(null));
        using var stranger = new HttpClient(Handler(NodeIdentity.FromSecret("a secret of somebody else").Certificate));
        using var node = new HttpClient(Handler(Identity.Certificate));
        var root = cluster.Nodes[0].InternalUrl;

        foreach (var refused in new[] { nobody, stranger })
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => refused.GetAsync($"{root}/session/{client.SessionId}"));
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => node.GetAsync(root.Replace("https", "http", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync($"/session/{client.SessionId}"));
        foreach (var path in new[]
        {
            $"/session/{new SocketIds(0).Next()}",
            "/session/",
            "/",
            "/send",
            "/ws?key=K1",
            "/events?key=K1&channel=c",
            "/api/channels",
            "/health/live",
            "/socket.io"
        })
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(path));
        }

        // A request from another node is never forwarded again.
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await node.GetAsync($"{cluster.Nodes[1].InternalUrl}/socket.io/?EIO=4&transport=polling&sid={client.SessionId}")).StatusCode);

        async Task<HttpStatusCode> StatusAsync(string path) => (await node.GetAsync(root + path)).StatusCode;
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, Node node, string session, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{node.Url}/socket.io/?EIO=4&transport=polling&sid={session}");
        request.Headers.Add("Origin", origin);
        request.Content = new StringContent("42[\"leave\",\"nothing\"]");
        return await http.SendAsync(request);
    }

    private static SocketsHttpHandler Handler(X509Certificate2? certificate) => new()
    {
        SslOptions = new()
        {
            ClientCertificateContext = certificate is null ? null : System.Net.Security.SslStreamCertificateContext.Create(
                certificate, null, offline: true),
#pragma warning disable MA0039 // As the nodes do it.
            RemoteCertificateValidationCallback = Identity.Validate,
#pragma warning restore MA0039
        },
    };

    private Node Next() => cluster.Nodes[Interlocked.Increment(ref _turn) % cluster.Nodes.Count];
}
