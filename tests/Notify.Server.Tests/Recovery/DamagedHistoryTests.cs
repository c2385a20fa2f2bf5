using System.Text.Json;
using Microsoft.Data.Sqlite;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Recovery;

/// <summary>Tests rows that are missing in the database: clients are informed, and nothing retries forever.</summary>
[Trait("Duration", "Long")]
public sealed class DamagedHistoryTests
{
    [Fact]
    public async Task Who_needs_what_is_missing_is_told_what_comes_before_it_then_that_a_part_is_gone_then_what_is_live()
    {
        using var folder = new TemporaryFolder();
        var options = NotifyServer.Default with { Store = new() { Location = $"sqlite:{folder.Path}/notify.db" } };
        var before = new NotifyServer(options);
        await before.InitializeAsync();
        for (var n = 1; n <= 10; n++)
        {
            await before.SendAsync("c", $"{n}");
        }

        // Rows of the last commit are compacted two seconds later.
        await using (var database = new SqliteConnection($"Data Source={folder.Path}/notify.db;Pooling=False"))
        {
            await database.OpenAsync();
            await using var count = database.CreateCommand();
            count.CommandText = "SELECT count(*) FROM notification";
            for (var began = DateTime.UtcNow; await count.ExecuteScalarAsync() is not 10L; await Task.Delay(20))
            {
                Assert.True(DateTime.UtcNow - began < TestTimeouts.Limit, "The notifications are not in their place.");
            }

            await before.StopAsync();
            await before.DisposeAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "DELETE FROM notification WHERE offset = 6";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        var server = new NotifyServer(options);
        await server.InitializeAsync();
        try
        {
            using var client = await JsonWebSocketClient.OpenAsync(server);
            await client.SendAsync("""{"type":"join","channel":"c","since":"earliest"}""");
            var told = new List<string>();
            for (var n = 0; n < 7; n++)
            {
                told.Add(Summary(await client.ReceiveAsync()));
            }

            await server.SendAsync("c", "11");
            told.Add(Summary(await client.ReceiveAsync()));

            Assert.Equal(["joined 0 True", "1", "2", "3", "4", "5", "joined 10 False", "11"], told);

            // A client after the damage has missed no missing row.
            var epoch = Epoch(await client.AskAsync("""{"type":"join","channel":"c"}"""));
            using var later = await JsonWebSocketClient.OpenAsync(server);
            await later.SendAsync(JsonSerializer.Serialize(new { type = "join", channel = "c", since = new { epoch, offset = 8 } }));
            Assert.Equal(
                ["joined 8 True", "9", "10", "11"],
                [
                    Summary(await later.ReceiveAsync()),
                    Summary(await later.ReceiveAsync()),
                    Summary(await later.ReceiveAsync()),
                    Summary(await later.ReceiveAsync())
                ]);

            var history = await RawHttp.GetAsync(server, $"/api/history?channel=c&since=5&epoch={epoch}", "notification_secret: S1");
            Assert.Equal(200, history.Status);
            using var page = JsonDocument.Parse(history.Body);
            Assert.False(page.RootElement.GetProperty("recovered").GetBoolean());

            var health = await RawHttp.GetAsync(server, "/health/ready");
            Assert.Equal(200, health.Status);
            Assert.Contains("\"degraded\"", health.Body, StringComparison.Ordinal);
            Assert.Contains("A part of the history is damaged (channels: 1; the first: c)", health.Body, StringComparison.Ordinal);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static string Epoch(string joined)
    {
        using var json = JsonDocument.Parse(joined);
        return json.RootElement.GetProperty("epoch").GetString()!;
    }

    private static string Summary(string message)
    {
        using var json = JsonDocument.Parse(message);
        var root = json.RootElement;
        return root.GetProperty("type").GetString() == "joined"
            ? $"joined {root.GetProperty("offset").GetInt64()} {root.GetProperty("recovered").GetBoolean()}"
            : root.GetProperty("data").GetRawText();
    }
}
