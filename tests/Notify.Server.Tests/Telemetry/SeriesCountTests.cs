using Notify.Server.Tests.Access;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Telemetry;

/// <summary>Tests that channels and users add no series to the metrics.</summary>
public sealed class SeriesCountTests : IAsyncLifetime
{
    private const int Channels = 500;
    private const int Users = 200;

    private readonly NotifyServer _server = new(NotifyServer.Default with
    {
        Telemetry = new(),
        Token = new() { Secret = SignedToken.Secret },
        Address = new() { HandshakeRate = new(100_000) },
    });

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Many_channels_and_users_have_the_series_of_a_few()
    {
        await UseAsync("first", channels: 2, users: 2);
        var few = await ReadAsync();

        await UseAsync("many", Channels, Users);
        var many = await ReadAsync();

        Assert.Contains(few, static series => series.StartsWith("notify_joins_total{outcome=\"joined\"", StringComparison.Ordinal));
        Assert.DoesNotContain(many, static series => series.Contains("many", StringComparison.Ordinal));

        // What happens for the first time, such as a move of a shard, begins a series whoever is concerned.
        Assert.True(many.Count < few.Count + 20, string.Join('\n', many.Except(few)));
    }

    private async Task UseAsync(string name, int channels, int users)
    {
        var names = string.Join(',', Enumerable.Range(0, channels).Select(i => $"\"{name}:{i}\""));
        Assert.Equal(200, (await ApiClient.PostAsync(_server, $$"""{"channels":[{{names}}],"notification":1}""")).Status);
        for (var user = 0; user < users; user++)
        {
            var token = SignedToken.Of(
                $$"""{"sub":"{{name}}-{{user}}","iat":{{Now - 10}},"exp":{{Now + 600}}}""");
            using var socket = await RawSocket.OpenAsync(_server, "/ws", $"?key=K1&token={token}");
            await socket.ReceiveAsync();
            await socket.SendAsync($$"""{"type":"join","channel":"user:{{name}}-{{user}}","id":1}""");
            Assert.Contains("joined", await socket.ReceiveAsync(), StringComparison.Ordinal);
            await _server.SendAsync($"user:{name}-{user}", "1");
            Assert.Contains("notification", await socket.ReceiveAsync(), StringComparison.Ordinal);
        }

        await _server.HasSessionsAsync(0);
    }

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    // The meters of .NET describe the runtime, and not what the server is used for.
    private async Task<HashSet<string>> ReadAsync()
    {
        using var client = new HttpClient { BaseAddress = _server.Address };
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return
        [
            .. text.Split('\n')
                .Where(static line => line.StartsWith("notify_", StringComparison.Ordinal))
                .Select(static line => line[..(line.IndexOf('}', StringComparison.Ordinal) + 1)]),
        ];
    }
}
