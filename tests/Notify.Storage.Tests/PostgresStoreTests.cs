using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;
using Npgsql;

namespace Notify.Storage.Tests;

[Trait("Needs", "System")]
public sealed class PostgresStoreTests : StoreTests
{
    private readonly string _address = PostgresServer.Shared.CreateDatabase();

    protected override Task<bool> HasBytesAsync(string text) => Task.FromResult((bool)PostgresServer.Query(
        _address, $"SELECT EXISTS (SELECT FROM notify.notification WHERE position('{text}'::bytea IN payload) > 0)")!);

    [Fact]
    public async Task A_channel_that_two_nodes_claim_in_turn_is_written_by_the_last_alone()
    {
        await using var other = await OpenAsync(new StoreOptions());
        var first = await Store.ClaimAsync("c").Soon();
        await AppendAsync(first, 1, 2);
        var second = await other.ClaimAsync("c").Soon();

        Assert.Equal(first.Head with { Offset = 2 }, second.Head);
        Assert.Equal([1L, 2], second.Recent.Select(send => send.Offset));
        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(first, Notification(first, 3), null).Soon());
        Assert.Equal(AppendOutcome.Stored, await other.AppendAsync(second, Notification(second, 3), null).Soon());
        var third = await Store.ClaimAsync("c").Soon();
        Assert.Equal(3, third.Head.Offset);
        Assert.Equal(AppendOutcome.Fenced, await other.AppendAsync(second, Notification(second, 4), null).Soon());
        await AppendAsync(third, 4, 1);
    }

    [Fact]
    public async Task Two_nodes_that_race_for_a_channel_keep_no_notification_twice_and_none_that_they_disowned()
    {
        await using var other = await OpenAsync(new StoreOptions());
        var kept = new List<(string Epoch, long Offset)>();
        async Task RaceAsync(IHistoryStore store)
        {
            for (var round = 0; round < 40; round++)
            {
                var channel = await store.ClaimAsync("c").Soon();
                var sends = Enumerable.Range(1, 5).Select(i => Notification(channel, channel.Head.Offset + i)).ToList();
                var results = await Task.WhenAll(sends.Select(send => store.AppendAsync(channel, send, null))).Soon();
                for (var i = 0; i < 5; i++)
                {
                    Assert.True(
                        i == 0 || results[i - 1] == AppendOutcome.Stored || results[i] != AppendOutcome.Stored,
                        "One is stored although the one before it is not.");
                    if (results[i] == AppendOutcome.Stored)
                    {
                        lock (kept)
                        {
                            kept.Add((channel.Head.Epoch, sends[i].Offset));
                        }
                    }
                }
            }
        }

        await Task.WhenAll(RaceAsync(Store), RaceAsync(other)).Soon();

        var last = await Store.ClaimAsync("c").Soon();
        Assert.Equal(Enumerable.Range(1, (int)last.Head.Offset).Select(offset => (last.Head.Epoch, (long)offset)), kept.Order());
    }

    [Fact]
    public async Task Two_nodes_that_write_the_same_channels_in_other_orders_do_not_lock_each_other_out()
    {
        await using var other = await OpenAsync(new StoreOptions());
        var names = Enumerable.Range(0, 200).Select(i => $"c{i}").ToList();
        var deadlocks = Deadlocks();
        async Task WriteAsync(IHistoryStore store, IReadOnlyList<string> order)
        {
            for (var round = 0; round < 30; round++)
            {
                var channels = await Task.WhenAll(order.Select(store.ClaimAsync)).Soon();
                await Task.WhenAll(
                    channels.Select(channel => store.AppendAsync(channel, Notification(channel, channel.Head.Offset + 1), null)))
                    .Soon();
            }
        }

        await Task.WhenAll(WriteAsync(Store, names), WriteAsync(other, [.. names.AsEnumerable().Reverse()]));

        Assert.Equal(deadlocks, Deadlocks());
        Assert.DoesNotContain(Log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData("40P01")]
    [InlineData("40001")]
    public async Task A_transaction_that_loses_against_another_is_tried_again(string state)
    {
        var channel = await Store.ClaimAsync("c").Soon();
        PostgresServer.Execute(_address, $"""
            CREATE SEQUENCE attempt;
            CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
              IF nextval(''public.attempt'') < 3 THEN RAISE EXCEPTION ''lost'' USING ERRCODE = ''{state}''; END IF; RETURN NEW; END';
            CREATE TRIGGER lose BEFORE INSERT ON notify.notification FOR EACH ROW EXECUTE FUNCTION lose()
            """);

        await AppendAsync(channel, 1, 1);

        Assert.Equal(3L, PostgresServer.Query(_address, "SELECT last_value FROM attempt"));
        Assert.DoesNotContain(Log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Channels_that_were_never_active_cost_a_handful_of_round_trips_a_hundred()
    {
        const int Count = 10_000;
        var commands = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Npgsql",
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => Interlocked.Add(
                ref commands,
                Equals(
                    activity.GetTagItem("db.namespace") ?? activity.GetTagItem("db.name"),
                    new NpgsqlConnectionStringBuilder(_address).Database)
                    ? 1
                    : 0),
        };
        ActivitySource.AddActivityListener(listener);

        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 1_000 }, async (i, _) =>
        {
            var channel = await Store.ClaimAsync($"c{i}");
            Assert.Equal(AppendOutcome.Stored, await Store.AppendAsync(channel, Notification(channel, 1), null));
        });

        Assert.True(commands > 0, "Nothing was counted.");
        Assert.True(commands * 100.0 / Count <= 5, $"{commands} round trips for {Count} channels.");
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Count} cold channels: {commands} round trips, {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
    }

    [Fact]
    public async Task A_row_that_is_refused_fails_alone()
    {
        var channels = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Store.ClaimAsync($"c{i}"))).Soon();
        PostgresServer.Execute(_address, "ALTER TABLE notify.notification ADD CHECK (payload <> 'bad')");

        var results = await Task.WhenAll(
            channels.Select((channel, i) => Store.AppendAsync(channel, Notification(channel, 1, i == 37 ? "bad" : "good"), null)))
            .Soon();

        Assert.Equal(Enumerable.Range(0, 60).Select(i => i == 37 ? AppendOutcome.Unknown : AppendOutcome.Stored), results);
        Assert.Null(Store.Trouble);
        Assert.Single(Log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("23514", StringComparison.Ordinal));
        Assert.Equal(0, (await Store.ClaimAsync("c37").Soon()).Head.Offset);
    }

    [Fact]
    public async Task A_commit_is_on_the_disk_whatever_the_servers_default()
    {
        var database = new NpgsqlConnectionStringBuilder(_address).Database;
        foreach (var (setting, expected) in new[] { ("off", "on"), ("local", "on"), ("remote_apply", "remote_apply") })
        {
            PostgresServer.Execute(_address, $"ALTER DATABASE {database} SET synchronous_commit = {setting}");
            PostgresServer.Execute(_address, $"ALTER DATABASE {database} SET default_transaction_isolation = 'serializable'");
            await ReopenAsync();
            PostgresServer.Execute(_address, """
                CREATE TABLE IF NOT EXISTS seen (at serial, value text);
                CREATE OR REPLACE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
                  INSERT INTO public.seen (value) VALUES
                  (current_setting(''synchronous_commit'') || '' '' || current_setting(''transaction_isolation'')); RETURN NEW; END';
                CREATE OR REPLACE TRIGGER see AFTER INSERT ON notify.notification FOR EACH STATEMENT EXECUTE FUNCTION see()
                """);
            var channel = await Store.ClaimAsync("c").Soon();

            Assert.Equal(
                AppendOutcome.Stored, await Store.AppendAsync(channel, Notification(channel, channel.Head.Offset + 1), null).Soon());

            Assert.Equal($"{expected} read committed", PostgresServer.Query(_address, "SELECT value FROM seen ORDER BY at DESC LIMIT 1"));
        }
    }

    [Fact]
    public async Task A_quiet_channel_that_lives_on_one_node_is_not_forgotten_by_another_and_one_that_lives_nowhere_is()
    {
        var channels = new ChannelOptions { HistoryTtl = TimeSpan.FromSeconds(1) };
        var options = new StoreOptions
        {
            // A node of a busy machine may stall for seconds before it says that the channel lives.
            Afterlife = TimeSpan.FromSeconds(8),
            Grace = TimeSpan.Zero,
            TrimInterval = TimeSpan.FromMilliseconds(10),
        };
        await ReopenAsync(options, channels);
        await using var other = await OpenAsync(options, channels);
        var alive = await Store.ClaimAsync("alive").Soon();
        await AppendAsync(alive, 1, 1);
        Store.Release(await Store.ClaimAsync("dead").Soon());

        await Eventually.HoldsAsync(
            async () => (await other.ListAsync("", null, 10)).Count == 1,
            "The channel that lives nowhere was not forgotten.");
        Assert.Equal(0L, PostgresServer.Query(_address, "SELECT count(*) FROM notify.notification"));

        await AppendAsync(alive, 2, 1);
    }

    [Fact]
    public async Task What_the_disk_may_hold_is_kept_by_letting_the_oldest_go()
    {
        var max = 400 * 1024;
        var channels = new ChannelOptions { HistorySize = 100_000 };
        var options = new StoreOptions { StoreMax = max, Grace = TimeSpan.Zero, TrimInterval = TimeSpan.FromMilliseconds(5) };
        await ReopenAsync(options, channels);
        await using var other = await OpenAsync(options, channels);
        var channel = await Store.ClaimAsync("c").Soon();
        var text = $"\"{new string('x', 1000)}\"";
        for (var offset = 1; offset <= 1000; offset += 20)
        {
            var appends = Enumerable.Range(offset, 20).Select(each => Store.AppendAsync(channel, Notification(channel, each, text), null));
            Assert.All(await Task.WhenAll(appends).Soon(), outcome => Assert.Equal(AppendOutcome.Stored, outcome));
        }

        await Eventually.HoldsAsync(
            () => Task.FromResult((long)PostgresServer.Query(_address, "SELECT sum(bytes)::bigint FROM notify.channel")! <= max),
            "The store is over its limit.");

        // The count is correct, and both nodes together removed no more than the excess.
        Assert.Equal(
            true,
            PostgresServer.Query(
                _address, "SELECT sum(bytes) = (SELECT sum(octet_length(payload) + 160) FROM notify.notification) FROM notify.channel"));
        var page = await Store.ReadAsync(channel, StoredPage.Earliest, 1000, 1 << 20).Soon();
        Assert.InRange(page.From, 600, 800);
        Assert.Equal(page.From + 1, page.Notifications![0].Offset);
        await Eventually.HoldsAsync(
            () => Task.FromResult(Log.Lines.Any(line => line.Text.Contains("NOTIFY_STORE_MAX", StringComparison.Ordinal))),
            "Nobody says so.");
        await AppendAsync(channel, 1001, 1);
    }

    [Fact]
    public async Task A_measurement_that_takes_long_lets_nothing_be_removed_twice()
    {
        // What other nodes remove while the sizes are added up must not be in the sum.
        PostgresServer.Execute(
            _address,
            """
            CREATE FUNCTION notify.slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END';
            CREATE TRIGGER slowly BEFORE UPDATE OF used ON notify.space FOR EACH STATEMENT EXECUTE FUNCTION notify.slowly();
            """);
        var max = 16_000_000;
        await ReopenAsync(
            new StoreOptions { StoreMax = max, Grace = TimeSpan.Zero, TrimInterval = TimeSpan.FromMilliseconds(5) },
            new ChannelOptions { HistorySize = 100_000 });
        var channel = await Store.ClaimAsync("c").Soon();
        var text = $"\"{new string('x', 1000)}\"";
        var appends = Enumerable.Range(1, 30_000).Select(each => Store.AppendAsync(channel, Notification(channel, each, text), null));
        Assert.All(await Task.WhenAll(appends).Soon(), outcome => Assert.Equal(AppendOutcome.Stored, outcome));

        await Eventually.HoldsAsync(() => Task.FromResult(Size() <= max), "The store is over its limit.");
        for (var round = 0; round < 3; round++)
        {
            var measuredAt = MeasuredAt();
            await Eventually.HoldsAsync(() => Task.FromResult(MeasuredAt() != measuredAt), "Nobody measures.");
        }

        Assert.InRange(Size(), max * 0.95, max);

        long Size() => (long)PostgresServer.Query(_address, "SELECT sum(bytes)::bigint FROM notify.channel")!;

        DateTime MeasuredAt() => (DateTime)PostgresServer.Query(_address, "SELECT measured_at FROM notify.space")!;
    }

    [Fact]
    public async Task A_history_size_that_was_lowered_holds_for_channels_that_are_never_sent_to_again()
    {
        await AppendAsync(await Store.ClaimAsync("c").Soon(), 1, 50);

        await ReopenAsync(
            new StoreOptions { Grace = TimeSpan.Zero, TrimInterval = TimeSpan.FromMilliseconds(10) },
            new ChannelOptions { HistorySize = 10 });

        await Eventually.HoldsAsync(
            () => Task.FromResult(10L.Equals(PostgresServer.Query(_address, "SELECT count(*) FROM notify.notification"))),
            "It was not trimmed.");
    }

    [Fact]
    public async Task Trims_of_two_nodes_and_sends_do_not_stand_in_each_others_way()
    {
        var channels = new ChannelOptions { HistorySize = 5 };
        var options = new StoreOptions { Grace = TimeSpan.Zero, TrimInterval = TimeSpan.FromMilliseconds(1) };
        await ReopenAsync(options, channels);
        await using var other = await OpenAsync(options, channels);
        async Task WriteAsync(IHistoryStore store, string prefix)
        {
            var claimed = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.ClaimAsync($"{prefix}{i}"))).Soon();
            for (var offset = 1; offset <= 100; offset++)
            {
                Assert.All(
                    await Task.WhenAll(claimed.Select(channel => store.AppendAsync(channel, Notification(channel, offset), null))).Soon(),
                    outcome => Assert.Equal(AppendOutcome.Stored, outcome));
            }
        }

        await Task.WhenAll(WriteAsync(Store, "a"), WriteAsync(other, "b"));

        // A channel is trimmed when it exceeds the limit by a quarter, which is one for a limit of five.
        await Eventually.HoldsAsync(
            () => Task.FromResult(200L.Equals(PostgresServer.Query(_address, "SELECT count(*) FROM notify.notification"))),
            "It was not trimmed.");
        Assert.DoesNotContain(Log.Lines, line => line.Level >= LogLevel.Warning);
    }

    protected override async Task<IHistoryStore> OpenAsync(StoreOptions options, ChannelOptions? channels = null)
    {
        var store = HistoryStores.Postgres(_address, channels ?? new ChannelOptions(), options, Log);
        await store.OpenAsync(default).Soon();
        return store;
    }

    private long Deadlocks()
    {
        using var connection = PostgresServer.Connect(_address);
        using var command = new NpgsqlCommand(
            "SELECT pg_stat_clear_snapshot(); SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
            connection);
        using var rows = command.ExecuteReader();
        rows.NextResult();
        rows.Read();
        return rows.GetInt64(0);
    }
}
