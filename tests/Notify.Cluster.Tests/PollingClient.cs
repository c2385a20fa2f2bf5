using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Notify.Cluster.Tests;

/// <summary>
/// Implements a Socket.IO client on polling that sends each request to a node of the caller's choice, like a load balancer without sticky
/// sessions. Any response other than 200 is recorded as a complaint.
/// </summary>
internal sealed class PollingClient : IDisposable
{
    private const char Separator = '\u001e';

    private readonly Func<Node> _pick;
    private readonly HttpClient _http = new() { Timeout = TestTimeouts.Limit };
    private readonly ConcurrentQueue<string> _packets = new();
    private readonly ConcurrentQueue<string> _told = new();

    private PollingClient(Func<Node> pick)
    {
        _pick = pick;
    }

    /// <summary>Gets the id of its Engine.IO session.</summary>
    public string SessionId { get; private set; } = "";

    /// <summary>Gets the id of its socket.</summary>
    public string SocketId { get; private set; } = "";

    /// <summary>Gets the private id with which it recovers its session.</summary>
    public string PrivateId { get; private set; } = "";

    /// <summary>Gets the last string at the end of an event, which is its position.</summary>
    public string? Last { get; private set; }

    /// <summary>Gets the received messages in order.</summary>
    public IReadOnlyCollection<string> Told => _told;

    /// <summary>Gets the responses that violate the protocol.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>Opens a session at one node and connects it, wherever its next requests arrive.</summary>
    /// <param name="pick">Chooses the node of each request.</param>
    /// <param name="former">The client whose session is to be recovered, if any.</param>
    public static async Task<PollingClient> ConnectAsync(Func<Node> pick, PollingClient? former = null)
    {
        var client = new PollingClient(pick);
        using var open = JsonDocument.Parse((await client.GetAsync(pick(), ""))[1..]);
        client.SessionId = open.RootElement.GetProperty("sid").GetString()!;
        await client.PostAsync(
            "40" + (former is null ? "" : JsonSerializer.Serialize(new { pid = former.PrivateId, offset = former.Last })));
        using var connected = JsonDocument.Parse((await client.ReadUntilAsync("40"))[2..]);
        client.SocketId = connected.RootElement.GetProperty("sid").GetString()!;
        client.PrivateId = connected.RootElement.GetProperty("pid").GetString()!;
        return client;
    }

    /// <summary>Joins a channel and waits for the response.</summary>
    public async Task JoinAsync(string channel)
    {
        await PostAsync($"420[\"join\",{JsonSerializer.Serialize(channel)}]");
        await ReadUntilAsync("430");
    }

    /// <summary>Polls until the given number of messages has arrived, or an error occurs.</summary>
    public async Task ReadAsync(int count)
    {
        while (_told.Count < count && Complaints.IsEmpty)
        {
            await PollAsync(_pick());
        }
    }

    /// <summary>Polls one node and processes the response.</summary>
    public async Task PollAsync(Node node)
    {
        foreach (var packet in (await GetAsync(node, "&sid=" + SessionId)).Split(Separator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (packet == "2")
            {
                await PostAsync("3");
            }
            else if (packet.StartsWith("42", StringComparison.Ordinal))
            {
                Hear(packet);
            }

            _packets.Enqueue(packet);
        }
    }

    /// <summary>Sends a request with this session's id to a node and returns the response.</summary>
    public async Task<(HttpStatusCode Status, string Body)> AskAsync(Node node)
    {
        using var answer = await _http.GetAsync(Url(node, "&sid=" + SessionId));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public void Dispose() => _http.Dispose();

    private void Hear(string packet)
    {
        using var heard = JsonDocument.Parse(packet[2..]);
        var arguments = heard.RootElement;
        if (arguments[0].GetString() == "NEW_NOTIFICATION")
        {
            _told.Enqueue(arguments[1].GetString()!);
        }

        if (arguments[arguments.GetArrayLength() - 1] is { ValueKind: JsonValueKind.String } last)
        {
            Last = last.GetString();
        }
    }

    private static string Url(Node node, string query) =>
        $"{node.Url}/socket.io/?EIO=4&transport=polling&recovery=1&notificationKey=K1{query}";

    private async Task<string> ReadUntilAsync(string start)
    {
        while (true)
        {
            if (_packets.TryDequeue(out var packet))
            {
                if (packet.StartsWith(start, StringComparison.Ordinal))
                {
                    return packet;
                }
            }
            else
            {
                Assert.Empty(Complaints);
                await PollAsync(_pick());
            }
        }
    }

    private async Task<string> GetAsync(Node node, string query)
    {
        using var answer = await _http.GetAsync(Url(node, query));
        return await ReadAsync(node, answer);
    }

    private async Task PostAsync(string packet)
    {
        var node = _pick();
        using var content = new StringContent(packet, Encoding.UTF8, "text/plain");
        using var answer = await _http.PostAsync(Url(node, "&sid=" + SessionId), content);
        await ReadAsync(node, answer);
    }

    private async Task<string> ReadAsync(Node node, HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            return body;
        }

        Complaints.Enqueue($"{node.Url}: {(int)answer.StatusCode} {body}");
        return "";
    }
}
