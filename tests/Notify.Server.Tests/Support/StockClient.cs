using System.Text.Json;

namespace Notify.Server.Tests.Support;

/// <summary>
/// Stores the same values as a stock client of 4.6 and later: the private id, and the last string at the end of an event.
/// </summary>
internal sealed class StockClient : IDisposable
{
    private readonly Queue<string> _told = new();
    private int _acks;

    private StockClient(RawSocket socket)
    {
        Socket = socket;
    }

    public RawSocket Socket { get; }

    public string Id { get; private set; } = "";

    public string? PrivateId { get; private set; }

    public string? Last { get; private set; }

    public bool Recovered { get; private set; }

    /// <summary>
    /// Connects, and continues the session of a former client if there is one; <paramref name="request"/> replaces the connect request.
    /// </summary>
    public static async Task<StockClient> ConnectAsync(
        IServer server, StockClient? before = null, string? request = null, string key = "K1", string? forwardedFor = null)
    {
        var query = "?EIO=4&transport=websocket&recovery=1&notificationKey=" + key;
        var socket = await RawSocket.OpenAsync(server, server.EnginePath, query, forwardedFor: forwardedFor);
        var client = new StockClient(socket) { Last = before?.Last };
        Handshake.Id(await client.Socket.ReceiveAsync());
        request ??= before?.PrivateId is not { } pid ? ""
            : before.Last is { } last ? $$"""{"pid":"{{pid}}","offset":{{JsonSerializer.Serialize(last)}}}"""
            : $$"""{"pid":"{{pid}}"}""";
        await client.Socket.SendAsync("40" + request);
        var answer = await client.Socket.ReceiveAsync();
        Assert.StartsWith("40{", answer, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(answer[2..]);
        client.Id = json.RootElement.GetProperty("sid").GetString()!;
        client.PrivateId = json.RootElement.GetProperty("pid").GetString();
        client.Recovered = before is not null && client.PrivateId == before.PrivateId;
        return client;
    }

    /// <summary>Emits an event and waits for the ack. Events before it remain to be read.</summary>
    public async Task<string> AskAsync(string arguments)
    {
        var id = 10 + _acks++;
        await Socket.SendAsync($"42{id}{arguments}");
        while (true)
        {
            var frame = await Socket.ReceiveAsync();
            if (frame.StartsWith($"43{id}[", StringComparison.Ordinal))
            {
                return frame[4..];
            }

            Take(frame);
        }
    }

    public async Task JoinAsync(params string[] channels)
    {
        foreach (var channel in channels)
        {
            Assert.Contains("\"epoch\"", await AskAsync(JsonSerializer.Serialize(new[] { "join", channel })), StringComparison.Ordinal);
        }
    }

    /// <summary>Returns the next notification as JSON.</summary>
    public async Task<string> NextAsync()
    {
        while (_told.Count == 0)
        {
            Take(await Socket.ReceiveAsync());
        }

        return _told.Dequeue();
    }

    public async Task<IReadOnlyList<string>> NextAsync(int count)
    {
        var told = new List<string>();
        while (told.Count < count)
        {
            told.Add(await NextAsync());
        }

        return told;
    }

    public void Dispose() => Socket.Dispose();

    private void Take(string frame)
    {
        if (frame == "2")
        {
            return;
        }

        Assert.StartsWith("42[", frame, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(frame[2..]);
        var arguments = json.RootElement;
        if (arguments[arguments.GetArrayLength() - 1] is { ValueKind: JsonValueKind.String } last)
        {
            Last = last.GetString();
        }

        if (arguments[0].ValueEquals("NEW_NOTIFICATION"))
        {
            _told.Enqueue(arguments[1].GetRawText());
        }
        else
        {
            Assert.True(arguments[0].ValueEquals("POSITION"), frame);
        }
    }
}
