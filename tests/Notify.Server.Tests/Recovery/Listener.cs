using System.Text.Json;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Recovery;

/// <summary>Implements a JSON WebSocket client that keeps its position, and fails when the next notification does not follow it.</summary>
internal sealed class Listener : IDisposable
{
    private readonly JsonWebSocketClient _client;

    private Listener(JsonWebSocketClient client)
    {
        _client = client;
    }

    public string Epoch { get; private set; } = "";

    public long Offset { get; private set; }

    public bool Recovered { get; private set; }

    public string Since => $$"""{"epoch":"{{Epoch}}","offset":{{Offset}}}""";

    /// <summary>Connects and joins, with <paramref name="since"/> as JSON.</summary>
    public static async Task<Listener> JoinAsync(IServer server, string channel, string? since = null)
    {
        var listener = new Listener(await JsonWebSocketClient.OpenAsync(server));
        var more = since is null ? "" : $",\"since\":{since}";
        using var joined = JsonDocument.Parse(
            await listener._client.AskAsync($$"""{"type":"join","channel":{{JsonSerializer.Serialize(channel)}}{{more}}}"""));
        listener.Take(joined.RootElement);
        return listener;
    }

    /// <summary>Returns the data of the next notification, which must follow the previous one.</summary>
    public async Task<string> NextAsync()
    {
        using var message = JsonDocument.Parse(await _client.ReceiveAsync());
        var told = message.RootElement;
        Assert.Equal("notification", told.GetProperty("type").GetString());
        Assert.Equal((Epoch, Offset + 1), (told.GetProperty("epoch").GetString(), told.GetProperty("offset").GetInt64()));
        Offset++;
        return told.GetProperty("data").GetRawText();
    }

    public async Task<IReadOnlyList<string>> NextAsync(int count)
    {
        var data = new List<string>();
        while (data.Count < count)
        {
            data.Add(await NextAsync());
        }

        return data;
    }

    /// <summary>Receives, without a request, the position from which the channel continues.</summary>
    public async Task HearAsync()
    {
        using var joined = JsonDocument.Parse(await _client.ReceiveAsync());
        Take(joined.RootElement);
    }

    public void Dispose() => _client.Dispose();

    private void Take(JsonElement joined)
    {
        Assert.Equal("joined", joined.GetProperty("type").GetString());
        Epoch = joined.GetProperty("epoch").GetString()!;
        Offset = joined.GetProperty("offset").GetInt64();
        Recovered = joined.GetProperty("recovered").GetBoolean();
    }
}
