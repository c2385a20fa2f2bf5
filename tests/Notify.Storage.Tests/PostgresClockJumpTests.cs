using Notify.Broker.History;
using Npgsql;

namespace Notify.Storage.Tests;

[Trait("Needs", "System")]
public sealed class PostgresClockJumpTests : ClockJumpTests
{
    // Functions with these names that take precedence over the server's own.
    private const string Wrong = """
        CREATE SCHEMA wrong;
        CREATE TABLE wrong.clock (ahead interval NOT NULL);
        INSERT INTO wrong.clock VALUES ('0');
        CREATE FUNCTION wrong.now() RETURNS timestamptz STABLE LANGUAGE sql AS
          'SELECT pg_catalog.now() + (SELECT ahead FROM wrong.clock)';
        CREATE FUNCTION wrong.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql AS
          'SELECT pg_catalog.statement_timestamp() + (SELECT ahead FROM wrong.clock)';
        """;

    private readonly string _address = PostgresServer.Shared.CreateDatabase();

    public override Task InitializeAsync()
    {
        Execute(Wrong);
        return Task.CompletedTask;
    }

    protected override async Task<IHistoryStore> OpenAsync(StoreOptions options)
    {
        var store = HistoryStores.Postgres(_address + ";Search Path=wrong,pg_catalog", Channels, options, Log);
        await store.OpenAsync(default).Soon();
        return store;
    }

    protected override Task SetAsync(TimeSpan ahead)
    {
        Execute($"UPDATE wrong.clock SET ahead = ahead + interval '{ahead.TotalSeconds} seconds'");
        return Task.CompletedTask;
    }

    protected override Task NotedAsync() => Eventually.HoldsAsync(
        () =>
        {
            using var connection = PostgresServer.Connect(_address);
            using var command = new NpgsqlCommand("SELECT measured_at > '-infinity' FROM notify.space", connection);
            return Task.FromResult((bool)command.ExecuteScalar()!);
        },
        "Nothing was measured.");

    private void Execute(string sql)
    {
        using var connection = PostgresServer.Connect(_address);
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
