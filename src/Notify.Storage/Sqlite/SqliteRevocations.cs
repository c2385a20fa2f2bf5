using Microsoft.Data.Sqlite;
using Notify.Broker.Revocations;

namespace Notify.Storage.Sqlite;

/// <summary>Writes revocations. Belongs to the writer's thread.</summary>
internal sealed class SqliteRevocations : IDisposable
{
    // Of a revocation that is there, the later times are kept.
    private const string Next = "(SELECT coalesce(max(changed), 0) + 1 FROM revocation)";
    private const string Insert = "INSERT INTO revocation (kind, name, before, until, changed) VALUES (?1, ?2, ?3, ?4, " + Next + ") "
        + "ON CONFLICT (kind, name) DO UPDATE SET changed = excluded.changed, ";

    private readonly SqliteStatement _trim;
    private readonly SqliteStatement _merge;
    private readonly SqliteStatement _replace;

    public SqliteRevocations(SqliteConnection connection)
    {
        _trim = new SqliteStatement(connection, "DELETE FROM revocation WHERE until < ?1");
        _merge = new SqliteStatement(
            connection,
            Insert + "before = max(before, excluded.before), until = max(until, excluded.until) RETURNING before, until, changed");
        _replace = new SqliteStatement(
            connection, Insert + "before = excluded.before, until = excluded.until RETURNING before, until, changed");
    }

    /// <summary>Serves a request within the transaction of its batch.</summary>
    public Revocation Save(StoreRequest.Revoke request)
    {
        _trim.Bind(1, request.TrimBefore).Run();
        var statement = request.IsReplacement ? _replace : _merge;
        var revocation = request.Revocation;
        statement.Bind(1, (long)revocation.Kind).Bind(2, request.Name).Bind(3, revocation.Before).Bind(4, revocation.Until).Read();
        var stored = revocation with
        {
            Before = statement.GetInt64(0),
            Until = statement.GetInt64(1),
            Changed = statement.GetInt64(2),
        };

        // To its end, because the statement would keep the transaction open.
        statement.Run();
        return stored;
    }

    public void Dispose()
    {
        _trim.Dispose();
        _merge.Dispose();
        _replace.Dispose();
    }
}
