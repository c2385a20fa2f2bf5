using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;
using Notify.Storage.Postgres;
using Npgsql;

namespace Notify.Storage.Tests;

[Trait("Needs", "System")]
public sealed class PostgresSchemaTests
{
    private readonly string _address = PostgresServer.Shared.CreateDatabase();
    private readonly TestLog _log = new();

    [Fact]
    public async Task Two_nodes_that_start_at_once_on_an_empty_database_both_work()
    {
        var stores = Enumerable.Range(0, 4).Select(_ => Store(_address)).ToList();

        await Task.WhenAll(stores.Select(store => store.OpenAsync(default))).Soon();

        await Task.WhenAll(stores.Select((store, i) => store.ClaimAsync($"c{i}"))).Soon();
        Assert.Equal(1L, PostgresServer.Query(_address, "SELECT count(*) FROM notify.notify_schema"));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_version_before_is_brought_to_this_one_with_what_it_keeps_while_its_nodes_go_on()
    {
        await using var old = Store(_address);
        await old.OpenAsync(default).Soon();
        var channel = await old.ClaimAsync("c").Soon();
        Assert.Equal(AppendOutcome.Stored, await old.AppendAsync(channel, StoreTests.Notification(channel, 1), null).Soon());

        var next = new[] { "ALTER TABLE notify.channel ADD COLUMN colour text NOT NULL DEFAULT 'red'; CREATE TABLE notify.more (x int)" };
        var stores = Enumerable.Range(0, 3).Select(_ => Store(_address, [.. PostgresMigrations.All, .. next])).ToList();
        await Task.WhenAll(stores.Select(store => store.OpenAsync(default))).Soon();

        Assert.Equal(PostgresMigrations.All.Count + 1, PostgresServer.Query(_address, "SELECT version FROM notify.notify_schema"));
        Assert.Equal("red", PostgresServer.Query(_address, "SELECT colour FROM notify.channel"));
        Assert.Equal(AppendOutcome.Stored, await old.AppendAsync(channel, StoreTests.Notification(channel, 2), null).Soon());
        Assert.Equal(2, (await stores[0].ClaimAsync("c").Soon()).Head.Offset);
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_what_was_there()
    {
        await OpenAndCloseAsync();

        await FailsToOpenAsync(
            Store(_address, [.. PostgresMigrations.All, "CREATE TABLE notify.half (x int); SELECT 1 / 0"]),
            "division by zero");

        Assert.Equal(PostgresMigrations.All.Count, PostgresServer.Query(_address, "SELECT version FROM notify.notify_schema"));
        Assert.Equal(true, PostgresServer.Query(_address, "SELECT to_regclass('notify.half') IS NULL"));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_by_both_versions_and_left_as_it_is()
    {
        await OpenAndCloseAsync();
        PostgresServer.Execute(_address, "UPDATE notify.notify_schema SET version = 99");

        await FailsToOpenAsync(Store(_address), $"schema 99, this one knows {PostgresMigrations.All.Count}", "run the newer version");

        Assert.Equal(99, PostgresServer.Query(_address, "SELECT version FROM notify.notify_schema"));
    }

    [Theory]
    [InlineData("CREATE TABLE notify.theirs (x int)")]
    [InlineData("CREATE VIEW notify.channel AS SELECT 1 AS id")]
    public async Task Another_programs_schema_is_refused_and_left_as_it_is(string theirs)
    {
        PostgresServer.Execute(_address, $"CREATE SCHEMA notify; {theirs}");

        await FailsToOpenAsync(Store(_address), "another program", "NOTIFY_STORE");

        Assert.Equal(1L, PostgresServer.Query(_address, "SELECT count(*) FROM pg_class WHERE relnamespace = 'notify'::regnamespace"));
    }

    [Fact]
    public async Task A_role_needs_no_more_than_a_schema_of_its_own()
    {
        PostgresServer.Execute(_address, "DROP ROLE IF EXISTS app; CREATE ROLE app LOGIN");
        var app = new NpgsqlConnectionStringBuilder(_address) { Username = "app" }.ConnectionString;
        await FailsToOpenAsync(Store(app), "permission denied", "CREATE SCHEMA notify AUTHORIZATION");
        PostgresServer.Execute(_address, "CREATE SCHEMA notify AUTHORIZATION app");

        await using var store = Store(app);
        await store.OpenAsync(default).Soon();

        var channel = await store.ClaimAsync("c").Soon();
        Assert.Equal(AppendOutcome.Stored, await store.AppendAsync(channel, StoreTests.Notification(channel, 1), null).Soon());
        await store.RenewEpochsAsync().Soon();
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_said_at_once()
    {
        var missing = new NpgsqlConnectionStringBuilder(_address) { Database = "missing" }.ConnectionString;

        await FailsToOpenAsync(Store(missing), "database \"missing\" does not exist", "NOTIFY_STORE");
    }

    [Fact]
    public async Task A_wrong_password_is_said_at_once_and_not_repeated()
    {
        var wrong =
            new NpgsqlConnectionStringBuilder(PostgresServer.Guarded.CreateDatabase())
            {
                Username = "guarded",
                Password = "s3cret"
            }.ConnectionString;

        var error = await FailsToOpenAsync(Store(wrong), "password authentication failed", "NOTIFY_STORE");

        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_up_is_waited_for_and_then_named()
    {
        // A port that no other test is given.
        const string Address = "Host=127.0.0.1;Port=1;Username=u;Password=s3cret;Database=d";

        var error = await FailsToOpenAsync(
            Store(Address, options: new StoreOptions { LockTimeout = TimeSpan.FromSeconds(5) }),
            "127.0.0.1:1/d",
            "Connection refused",
            "NOTIFY_STORE");

        Assert.Contains(
            _log.Lines,
            line => line.Level == LogLevel.Warning && line.Text.Contains("does not answer yet", StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", error + string.Join('\n', _log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_server_that_is_not_up()
    {
        using var stop = new CancellationTokenSource();
        await using var store = Store("Host=127.0.0.1;Port=1;Username=u");
        var opening = store.OpenAsync(stop.Token);
        await Eventually.HoldsAsync(() => Task.FromResult(!_log.Lines.IsEmpty), "It does not wait.");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.Soon());
    }

    private BatchingStore Store(string address, IReadOnlyList<string>? migrations = null, StoreOptions? options = null)
    {
        Assert.True(PostgresConnectionStringParser.TryRead(address, out var read));
        options ??= new StoreOptions();
        var channels = new ChannelOptions();
        return new BatchingStore(new PostgresBackend(read, channels, options, _log, migrations), channels, options, _log);
    }

    private async Task OpenAndCloseAsync()
    {
        await using var store = Store(_address);
        await store.OpenAsync(default).Soon();
    }

    private static async Task<string> FailsToOpenAsync(BatchingStore store, params string[] reasons)
    {
        await using (store)
        {
            var error = await Assert.ThrowsAsync<HistoryStoreException>(() => store.OpenAsync(default).Soon());
            Assert.All(reasons, reason => Assert.Contains(reason, error.Message, StringComparison.Ordinal));
            return error.Message;
        }
    }
}
