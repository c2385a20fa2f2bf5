using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Npgsql;

namespace Notify.Storage.Tests;

/// <summary>A database that loses its end: a replica that was behind is promoted, or a backup is restored.</summary>
[Trait("Needs", "System")]
public sealed class PostgresHistoryTests : IAsyncLifetime
{
    private readonly PostgresServer _server = new();
    private readonly string _address;
    private readonly List<IHistoryStore> _stores = [];
    private readonly List<PostgresServer> _replicas = [];
    private readonly TestLog _log = new();

    public PostgresHistoryTests()
    {
        _address = _server.CreateDatabase();
    }

    private IEnumerable<string> Warnings => _log.Lines.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text);

    private IEnumerable<string> Renewals => Warnings.Where(line => line.Contains("new epoch", StringComparison.Ordinal));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        foreach (var server in _replicas.Append(_server))
        {
            server.Dispose();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replica_that_was_behind_and_is_promoted_renews_all_epochs_before_anything_is_written(bool isRestarted)
    {
        var store = await OpenAsync();
        var (before, quiet) = (await WriteAsync(store, "c", 3), await WriteAsync(store, "quiet", 1));
        var replica = await ReplicaAsync();
        _server.WaitFor(replica);
        replica.Stop();
        await WriteAsync(store, "c", 2);
        var born = await WriteAsync(store, "born", 2);
        if (isRestarted)
        {
            await CloseAsync(store);
        }

        _server.FailOverTo(replica);
        store = isRestarted ? await OpenAsync() : store;
        await WorksAsync(store);

        var after = await store.ClaimAsync("c").Soon();
        Assert.NotEqual(before.Epoch, after.Head.Epoch);
        Assert.Equal(3, after.Head.Offset);
        Assert.NotEqual(quiet.Epoch, (await store.ClaimAsync("quiet").Soon()).Head.Epoch);

        // A channel that began after the replica's last state begins again, with a different epoch.
        var again = await store.ClaimAsync("born").Soon();
        Assert.NotEqual(born.Epoch, again.Head.Epoch);
        Assert.Equal(0, again.Head.Offset);
        Assert.Contains(isRestarted ? "timeline is 2 after 1" : "is missing", Assert.Single(Renewals), StringComparison.Ordinal);
        Assert.Equal(AppendOutcome.Stored, await store.AppendAsync(after, StoreTests.Notification(after, 4), null).Soon());
    }

    [Fact]
    public async Task Nodes_that_notice_it_at_once_renew_once()
    {
        var stores = new List<IHistoryStore>();
        for (var i = 0; i < 4; i++)
        {
            stores.Add(await OpenAsync());
        }

        var before = await WriteAsync(stores[0], "c", 2);
        var replica = await ReplicaAsync();
        _server.WaitFor(replica);
        replica.Stop();
        await Task.WhenAll(stores.Select((store, i) => WriteAsync(store, $"c{i}", 2)));

        _server.FailOverTo(replica);
        await Task.WhenAll(stores.Select(WorksAsync));

        Assert.Equal(1L, PostgresServer.Query(_address, "SELECT generation FROM notify.store"));
        Assert.Single(Renewals);
        var claims = await Task.WhenAll(stores.Select(store => store.ClaimAsync("c"))).Soon();
        Assert.NotEqual(before.Epoch, Assert.Single(claims.Select(claim => claim.Head.Epoch).Distinct()));
    }

    [Fact]
    public async Task A_replica_that_the_server_waited_for_keeps_all_epochs_where_a_node_finds_what_it_stored()
    {
        var store = await OpenAsync();
        await WriteAsync(store, "c", 1);
        var replica = await ReplicaAsync();
        PostgresServer.Execute(_address, "ALTER SYSTEM SET synchronous_standby_names = '*'");
        PostgresServer.Execute(_address, "SELECT pg_reload_conf()");
        await Eventually.HoldsAsync(
            () => Task.FromResult("*".Equals(PostgresServer.Query(_address, "SHOW synchronous_standby_names"))), "It is not set.");
        var before = await WriteAsync(store, "c", 4);
        _server.WaitFor(replica);

        _server.FailOverTo(replica);
        await WorksAsync(store);

        var after = await store.ClaimAsync("c").Soon();
        Assert.Equal(before with { Offset = 5 }, after.Head);
        Assert.Equal(2, PostgresServer.Query(_address, "SELECT timeline FROM notify.store"));
        Assert.Empty(Renewals);
    }

    [Fact]
    public async Task Older_files_under_a_node_that_lives_renew_all_epochs()
    {
        var store = await OpenAsync();
        var before = await WriteAsync(store, "c", 3);
        _server.Stop();
        _server.BackUp();
        _server.Start();
        await WorksAsync(store);
        await WriteAsync(store, "c", 2);

        _server.Stop();
        _server.Restore();
        _server.Start();
        await WorksAsync(store);

        Assert.NotEqual(before.Epoch, (await store.ClaimAsync("c").Soon()).Head.Epoch);
        Assert.Contains("is missing", Assert.Single(Renewals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dump_that_is_restored_renews_all_epochs_at_the_next_start()
    {
        var store = await OpenAsync();
        var before = await WriteAsync(store, "c", 3);
        var restore = PostgresServer.Dump(_address);
        await WriteAsync(store, "c", 2);
        await CloseAsync(store);

        restore();
        store = await OpenAsync();

        var after = await store.ClaimAsync("c").Soon();
        Assert.NotEqual(before.Epoch, after.Head.Epoch);
        Assert.Equal(3, after.Head.Offset);
        Assert.Contains("dump", Assert.Single(Renewals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_restarted_renews_nothing()
    {
        var store = await OpenAsync();
        var before = await WriteAsync(store, "c", 3);

        _server.Stop();
        _server.Start();
        await WorksAsync(store);
        _server.Kill();
        _server.Start();
        await WorksAsync(store);
        await CloseAsync(store);
        PostgresServer.Execute(_address, "VACUUM (FREEZE) notify.store");
        PostgresServer.Execute(_address, "VACUUM (FULL) notify.store");
        store = await OpenAsync();

        Assert.Equal(before with { Offset = 3 }, (await store.ClaimAsync("c").Soon()).Head);
        Assert.Equal(0L, PostgresServer.Query(_address, "SELECT generation FROM notify.store"));
        Assert.Empty(Renewals);
    }

    [Fact]
    public async Task Epochs_that_are_renewed_by_command_are_seen_by_the_nodes_that_run()
    {
        var store = await OpenAsync();
        var before = await WriteAsync(store, "c", 3);
        var other = await OpenAsync();
        var unknown = await store.LookAsync("unknown").Soon();

        await other.RenewEpochsAsync().Soon();

        Assert.NotEqual(unknown.Head.Epoch, (await store.LookAsync("unknown").Soon()).Head.Epoch);
        Assert.NotEqual(before.Epoch, (await store.ClaimAsync("c").Soon()).Head.Epoch);
        Assert.Equal(1L, PostgresServer.Query(_address, "SELECT generation FROM notify.store"));
        Assert.DoesNotContain(_log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_role_that_may_not_see_the_servers_identity_notices_by_what_it_stored()
    {
        var database = new NpgsqlConnectionStringBuilder(_address).Database;
        PostgresServer.Execute(_address, $"CREATE ROLE plain LOGIN; GRANT CREATE ON DATABASE {database} TO plain");
        foreach (var function in new[] { "pg_control_system()", "pg_walfile_name(pg_lsn)", "pg_current_wal_insert_lsn()" })
        {
            Assert.Equal(true, PostgresServer.Query(_address, $"SELECT has_function_privilege('plain', '{function}', 'EXECUTE')"));
        }

        PostgresServer.Execute(_address, "REVOKE EXECUTE ON FUNCTION pg_control_system(), pg_walfile_name(pg_lsn) FROM PUBLIC");
        var store = await OpenAsync(new NpgsqlConnectionStringBuilder(_address) { Username = "plain" }.ConnectionString);
        var before = await WriteAsync(store, "c", 3);
        var replica = await ReplicaAsync();
        _server.WaitFor(replica);
        replica.Stop();
        await WriteAsync(store, "c", 2);

        _server.FailOverTo(replica);
        await WorksAsync(store);

        Assert.True(DBNull.Value.Equals(PostgresServer.Query(_address, "SELECT timeline FROM notify.store")));
        Assert.NotEqual(before.Epoch, (await store.ClaimAsync("c").Soon()).Head.Epoch);
    }

    [Fact]
    public async Task A_channel_whose_end_goes_while_the_nodes_run_has_a_new_epoch_when_it_is_claimed()
    {
        var store = await OpenAsync();
        var (before, other) = (await WriteAsync(store, "c", 5), await WriteAsync(store, "other", 5));
        PostgresServer.Execute(_address, """
            DELETE FROM notify.notification WHERE "offset" > 3 AND channel = (SELECT id FROM notify.channel WHERE name = 'c');
            UPDATE notify.channel SET last = 3 WHERE name = 'c'
            """);

        await Assert.ThrowsAsync<HistoryStoreException>(() => store.ClaimAsync("c").Soon());
        var after = await store.ClaimAsync("c").Soon();

        Assert.NotEqual(before.Epoch, after.Head.Epoch);
        Assert.Equal(3, after.Head.Offset);
        Assert.Equal(other, (await store.ClaimAsync("other").Soon()).Head);
        Assert.Contains("end of channel c ", Assert.Single(Warnings), StringComparison.Ordinal);
    }

    private static async Task<Position> WriteAsync(IHistoryStore store, string name, int count)
    {
        var channel = await store.ClaimAsync(name).Soon();
        for (var i = 1; i <= count; i++)
        {
            Assert.Equal(
                AppendOutcome.Stored,
                await store.AppendAsync(channel, StoreTests.Notification(channel, channel.Head.Offset + i), null).Soon());
        }

        return channel.Head with { Offset = channel.Head.Offset + count };
    }

    // An idle node does not notice the end of its connection before it uses it.
    private static Task WorksAsync(IHistoryStore store) => Eventually.HoldsAsync(
        async () =>
        {
            try
            {
                await store.ClaimAsync("probe").Soon();
                return store.Trouble is null;
            }
            catch (HistoryStoreException)
            {
                return false;
            }
        },
        "The store did not recover.");

    private async Task<PostgresServer> ReplicaAsync()
    {
        _replicas.Add(await Task.Run(_server.Replicate));
        return _replicas[^1];
    }

    private async Task<IHistoryStore> OpenAsync(string? address = null)
    {
        var options = new StoreOptions { RetryInterval = TimeSpan.FromMilliseconds(20), TrimInterval = TimeSpan.FromMilliseconds(20) };
        var store = HistoryStores.Postgres(address ?? _address, new ChannelOptions(), options, _log);
        await store.OpenAsync(default).Soon();
        _stores.Add(store);
        return store;
    }

    private async Task CloseAsync(IHistoryStore store)
    {
        _stores.Remove(store);
        await store.DisposeAsync();
    }
}
