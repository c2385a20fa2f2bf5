using Notify.Server.Options;
using Notify.Server.Tests.Support;
using Notify.Storage.Tests;

namespace Notify.Server.Tests.Recovery;

/// <summary>A database that lost its end: no client takes the offsets that are given again for those that it has.</summary>
[Trait("Needs", "System")]
public sealed class LostTailTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_had_what_a_promoted_replica_lost_is_told_so_and_gets_what_was_sent_meanwhile(bool isRestarted)
    {
        var database = new PostgresServer();
        var replica = default(PostgresServer);
        var options = NotifyServer.Default with { Store = new() { Location = "postgres:" + database.CreateDatabase() } };
        var server = await StartAsync(options);
        try
        {
            using var away = await Listener.JoinAsync(server, "c");
            using var live = await Listener.JoinAsync(server, "c");
            await SendAsync(server, 1, 2, 3);
            replica = database.Replicate();
            database.WaitFor(replica);
            replica.Stop();
            await SendAsync(server, 4, 5);
            Assert.Equal(["1", "2", "3", "4", "5"], await away.NextAsync(5));
            Assert.Equal(["1", "2", "3", "4", "5"], await live.NextAsync(5));
            var had = away.Since;
            away.Dispose();

            if (isRestarted)
            {
                live.Dispose();
                await server.DisposeAsync();
            }

            database.FailOverTo(replica);
            server = isRestarted ? await StartAsync(options) : server;
            await SendAsync(server, 40, 50, 60);

            using var back = await Listener.JoinAsync(server, "c", had);
            Assert.False(back.Recovered);
            using var all = await Listener.JoinAsync(server, "c", "\"earliest\"");
            Assert.Equal(["1", "2", "3", "40", "50", "60"], await all.NextAsync(6));
            if (!isRestarted)
            {
                // A client that was connected all the time is informed as well, and then receives new notifications.
                await live.HearAsync();
                Assert.False(live.Recovered);
                Assert.Equal(new[] { "40", "50", "60" }[(int)(live.Offset - 3)..], await live.NextAsync((int)(6 - live.Offset)));
            }
        }
        finally
        {
            await server.DisposeAsync();
            replica?.Dispose();
            database.Dispose();
        }
    }

    private static async Task<NotifyServer> StartAsync(NotifyOptions options)
    {
        var server = new NotifyServer(options);
        await server.InitializeAsync();
        return server;
    }

    // Like a backend: retries with the same key until it is accepted.
    private static async Task SendAsync(NotifyServer server, params int[] notifications)
    {
        foreach (var n in notifications)
        {
            var request = new RawRequest(
                "POST",
                "/send",
                ["notification_secret: S1", "Content-Type: application/json", $"Idempotency-Key: {n}"])
            {
                Body = System.Text.Encoding.UTF8.GetBytes($$"""{"channel":"c","notification":{{n}}}"""),
            };
            for (var began = DateTime.UtcNow; (await RawHttp.SendAsync(server, request)).Status != 200;)
            {
                Assert.True(DateTime.UtcNow - began < TestTimeouts.Limit, $"{n} is not accepted.");
            }
        }
    }
}
