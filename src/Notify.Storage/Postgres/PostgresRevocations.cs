using System.Text;
using Notify.Broker.Revocations;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>Reads and writes revocations.</summary>
internal static class PostgresRevocations
{
    // Writers take turns, so that changes are committed in the order of their numbers. Otherwise a reader could see a number, and never the
    // smaller one that is committed later.
    private const string TakeTurn = "LOCK TABLE notify.revocation IN SHARE ROW EXCLUSIVE MODE";

    private const string Trim = "DELETE FROM notify.revocation WHERE until < $1";

    private const string Insert =
        "INSERT INTO notify.revocation AS r (kind, name, before, until, changed) "
        + "VALUES ($1, $2, $3, $4, nextval('notify.revocation_change')) "
        + "ON CONFLICT (kind, name) DO UPDATE SET changed = EXCLUDED.changed, ";

    private const string Merge =
        Insert + "before = greatest(r.before, EXCLUDED.before), until = greatest(r.until, EXCLUDED.until) RETURNING before, until, changed";

    private const string Replace = Insert + "before = EXCLUDED.before, until = EXCLUDED.until RETURNING before, until, changed";

    private const string Changed =
        "SELECT kind, name, before, until, changed FROM notify.revocation WHERE changed > $1 ORDER BY changed LIMIT $2";

    /// <summary>Serves a request in a transaction of its own. Returns what is stored.</summary>
    public static Revocation Save(PostgresWriteConnection session, StoreRequest.Revoke request)
    {
        var revocation = request.Revocation;
        var stored = revocation;
        session.Transact(
            [
                new NpgsqlBatchCommand(TakeTurn),
                new NpgsqlBatchCommand(Trim).With(request.TrimBefore),
                new NpgsqlBatchCommand(request.IsReplacement ? Replace : Merge)
                    .With((short)revocation.Kind)
                    .With(request.Name)
                    .With(revocation.Before)
                    .With(revocation.Until),
            ],
            rows =>
            {
                rows.Read();
                stored = revocation with
                {
                    Before = rows.GetInt64(0),
                    Until = rows.GetInt64(1),
                    Changed = rows.GetInt64(2),
                };
            });
        return stored;
    }

    /// <summary>Reads changes.</summary>
    public static async Task<IReadOnlyList<Revocation>> ReadAsync(NpgsqlConnection connection, long changed, int limit)
    {
        await using var command = new NpgsqlCommand(Changed, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = changed });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var rows = await command.ExecuteReaderAsync();
        var revocations = new List<Revocation>();
        while (await rows.ReadAsync())
        {
            revocations.Add(new Revocation(
                (RevocationKind)rows.GetInt16(0),
                Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(1)),
                rows.GetInt64(2),
                rows.GetInt64(3),
                rows.GetInt64(4)));
        }

        return revocations;
    }
}
