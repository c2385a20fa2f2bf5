using System.Text.Json;

namespace Notify.Server.Tests.Support;

/// <summary>Implements a JSON WebSocket client, message by message.</summary>
internal sealed class JsonWebSocketClient : IDisposable
{
    private JsonWebSocketClient(RawSocket socket, string id)
    {
        Socket = socket;
        Id = id;
    }

    public RawSocket Socket { get; }

    /// <summary>Gets the connection's id.</summary>
    public string Id { get; }

    public static async Task<JsonWebSocketClient> OpenAsync(IServer server)
    {
        var socket = await RawSocket.OpenAsync(server, "/ws", "?key=K1");
        using var welcome = JsonDocument.Parse(await socket.ReceiveAsync());
        Assert.Equal("welcome", welcome.RootElement.GetProperty("type").GetString());
        return new JsonWebSocketClient(socket, welcome.RootElement.GetProperty("connection").GetString()!);
    }

    public Task SendAsync(string json) => Socket.SendAsync(json);

    public Task<string> ReceiveAsync() => Socket.ReceiveAsync();

    /// <summary>Sends a request and receives the response.</summary>
    public async Task<string> AskAsync(string json)
    {
        await SendAsync(json);
        return await ReceiveAsync();
    }

    /// <summary>Joins a channel, and returns its epoch.</summary>
    public async Task<string> JoinAsync(string channel)
    {
        using var joined = JsonDocument.Parse(await AskAsync($$"""{"type":"join","channel":{{JsonSerializer.Serialize(channel)}}}"""));
        Assert.Equal("joined", joined.RootElement.GetProperty("type").GetString());
        return joined.RootElement.GetProperty("epoch").GetString()!;
    }

    public void Dispose() => Socket.Dispose();
}
