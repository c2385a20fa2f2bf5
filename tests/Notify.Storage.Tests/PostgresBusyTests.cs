using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;
using Notify.Storage.Postgres;
using Npgsql;

namespace Notify.Storage.Tests;

/// <summary>Other sessions of the database that hold rows, or are held.</summary>
[Trait("Needs", "System")]
public sealed class PostgresBusyTests : IAsyncLifetime
{
    private readonly string _address = PostgresServer.Shared.CreateDatabase();
    private readonly TestLog _log = new();
    private readonly IHistoryStore _store;

    public PostgresBusyTests()
    {
        var options = new StoreOptions { TrimInterval = TimeSpan.FromMilliseconds(20) };
        _store = HistoryStores.Postgres(_address, new ChannelOptions(), options, _log);
    }

    public Task InitializeAsync() => _store.OpenAsync(default).Soon();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task A_row_that_another_session_holds_is_the_trouble_of_its_channel_alone()
    {
        var held = await _store.ClaimAsync("held").Soon();
        var free = await _store.ClaimAsync("free").Soon();
        await using var other = PostgresServer.Connect(_address);
        await using var transaction = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("SELECT FROM notify.channel WHERE name = 'held' FOR UPDATE", other, transaction))
        {
            await command.ExecuteNonQueryAsync();
        }

        for (var offset = 1; offset <= 3; offset++)
        {
            var refused = _store.AppendAsync(held, StoreTests.Notification(held, 1), null);
            var kept = _store.AppendAsync(free, StoreTests.Notification(free, offset), null);

            Assert.Equal(AppendOutcome.Unknown, await refused.Soon());
            Assert.Equal(AppendOutcome.Stored, await kept.Soon());
        }

        await Assert.ThrowsAsync<HistoryStoreException>(() => _store.ClaimAsync("held").Soon());
        Assert.NotNull(await _store.ClaimAsync("new").Soon());
        Assert.Null(_store.Trouble);
        Assert.Contains(
            "holds the row of channel held (channels in all: 1)",
            Assert.Single(_log.Lines, line => line.Level >= LogLevel.Warning).Text,
            StringComparison.Ordinal);

        await transaction.RollbackAsync();
        ClaimedChannel? again = null;
        await Eventually.HoldsAsync(async () => (again = await ClaimedAsync("held")) is not null, "The channel is not served again.");
        Assert.Equal(AppendOutcome.Stored, await _store.AppendAsync(again!, StoreTests.Notification(again!, 1), null).Soon());
    }

    [Fact]
    public void A_transaction_that_its_client_leaves_open_ends_by_itself()
    {
        using var source = PostgresDataSources.ForWriting(new NpgsqlConnectionStringBuilder(_address));
        using var session = new PostgresWriteConnection(source);
        session.Start([], static _ => { });
        var limits = new List<string>();

        session.Query(
            "SELECT current_setting('idle_in_transaction_session_timeout') || ' ' || current_setting('lock_timeout')",
            row => limits.Add(row.GetString(0)));

        Assert.Equal(["10s 1s"], limits);
        session.Abort();
    }

    private async Task<ClaimedChannel?> ClaimedAsync(string channel)
    {
        try
        {
            return await _store.ClaimAsync(channel).Soon();
        }
        catch (HistoryStoreException)
        {
            return null;
        }
    }
}
