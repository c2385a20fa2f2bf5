using Notify.Broker.History;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>Migrates the schema <c>notify</c> of a database to this version. Several nodes may do so at once.</summary>
internal sealed class PostgresSchema(PostgresWriteConnection session, string name, IReadOnlyList<string> migrations)
{
    // "NOTIFY" in ASCII, so that no other program uses the same lock in this database.
    private const long Lock = 0x4E4F54494659;

    // A step may rewrite full tables.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Creates or migrates the schema. A schema of another program or of a newer version is left unchanged.</summary>
    /// <exception cref="HistoryStoreException">The schema belongs to another program or a newer version, or the role lacks the
    /// rights.</exception>
    public void Prepare()
    {
        try
        {
            // An up-to-date schema needs no locks, and so no rights for them.
            if (Version() < migrations.Count)
            {
                Migrate();
            }
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new HistoryStoreException(
                $"{name}: {PostgresFailure.Explain(exception)} The role needs a schema of its own: "
                + "as an administrator run CREATE SCHEMA notify AUTHORIZATION its name, in this database.",
                exception);
        }
    }

    private void Migrate()
    {
        session.Start(
            [new("SELECT set_config('lock_timeout', '0', true)"), new($"SELECT pg_advisory_xact_lock({Lock})")],
            static _ => { },
            Patience);
        int version;
        try
        {
            // Another node may have migrated while this one waited for the lock.
            version = Version();
        }
        catch
        {
            session.Abort();
            throw;
        }

        var steps = new List<NpgsqlBatchCommand>();
        if (version == 0)
        {
            // "CREATE SCHEMA IF NOT EXISTS" requires the right to create schemas even when the schema exists.
            steps.Add(new("DO $$ BEGIN IF to_regnamespace('notify') IS NULL THEN CREATE SCHEMA notify; END IF; END $$"));
            steps.Add(new("CREATE TABLE notify.notify_schema (version integer NOT NULL)"));
            steps.Add(new("INSERT INTO notify.notify_schema VALUES (0)"));
        }

        foreach (var step in migrations.Skip(version))
        {
            // The steps contain semicolons only at the end of statements.
            steps.AddRange(step
                .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(statement => new NpgsqlBatchCommand(statement)));
        }

        session.End([.. steps, new($"UPDATE notify.notify_schema SET version = {migrations.Count}")], read: null, Patience);
    }

    /// <summary>Returns the version of the schema; 0 when there is none.</summary>
    private int Version()
    {
        var (isEmpty, isOurs) = (false, false);
        session.Query(
            """
            SELECT
              NOT EXISTS (
                SELECT FROM pg_catalog.pg_class
                WHERE relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'notify')),
              EXISTS (
                SELECT FROM pg_catalog.pg_class
                WHERE relname = 'notify_schema'
                  AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'notify'))
            """,
            row => (isEmpty, isOurs) = (row.GetBoolean(0), row.GetBoolean(1)));
        if (isEmpty)
        {
            return 0;
        }

        if (!isOurs)
        {
            throw new HistoryStoreException(
                $"{name} has a schema \"notify\" of another program. "
                + "It was left as it is; name another database (NOTIFY_STORE=postgres:CONNECTION).");
        }

        var version = 0;
        session.Query("SELECT version FROM notify.notify_schema", row => version = row.GetInt32(0));
        return version <= migrations.Count
            ? version
            : throw new HistoryStoreException(
                $"{name} was written by a newer version of Notify (schema {version}, this one knows {migrations.Count}). "
                + "It was left as it is; run the newer version.");
    }
}
