using Microsoft.Data.Sqlite;
using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>Checks the store's file before anything is written to it, and migrates it to this version's schema.</summary>
internal static class SqliteFile
{
    // "NTFY". It distinguishes the file from other programs' databases (https://sqlite.org/pragma.html#pragma_application_id).
    private const int ApplicationId = 0x4E544659;

    private const int SchemaVersion = 9;

    private const string Schema = """
        CREATE TABLE channel (
          id INTEGER PRIMARY KEY,
          name BLOB NOT NULL UNIQUE,
          epoch TEXT NOT NULL,
          floor INTEGER NOT NULL,
          last_at INTEGER NOT NULL
        );
        CREATE TABLE notification (
          channel INTEGER NOT NULL,
          offset INTEGER NOT NULL,
          request BLOB NOT NULL,
          occurrence INTEGER NOT NULL,
          at INTEGER NOT NULL,
          kept_at INTEGER NOT NULL,
          payload BLOB NOT NULL,
          PRIMARY KEY (channel, offset)
        ) WITHOUT ROWID;
        CREATE TABLE send_key (
          channel INTEGER NOT NULL,
          key BLOB NOT NULL,
          key_occurrence INTEGER NOT NULL,
          request BLOB NOT NULL,
          occurrence INTEGER NOT NULL,
          epoch TEXT NOT NULL,
          offset INTEGER NOT NULL,
          kept_at INTEGER NOT NULL,
          PRIMARY KEY (channel, key, key_occurrence)
        ) WITHOUT ROWID;
        CREATE INDEX send_key_age ON send_key (kept_at);
        """;

    private const string Tail = """
        CREATE TABLE tail (
          id INTEGER PRIMARY KEY,
          kept_at INTEGER NOT NULL,
          sends BLOB NOT NULL
        );
        """;

    // The store's identity: a number in the epochs of new channels. It changes whenever all epochs are renewed.
    private const string Identity = "CREATE TABLE store (id INTEGER NOT NULL); INSERT INTO store VALUES (random() & 0xFFFFFF);";

    // See SqliteGeneration.
    private const string Marks = "ALTER TABLE store ADD COLUMN mark TEXT; ALTER TABLE store ADD COLUMN mark_before TEXT;";

    private const string Revocations = """
        CREATE TABLE revocation (
          kind INTEGER NOT NULL,
          name BLOB NOT NULL,
          before INTEGER NOT NULL,
          until INTEGER NOT NULL,
          changed INTEGER NOT NULL,
          PRIMARY KEY (kind, name)
        ) WITHOUT ROWID;
        CREATE INDEX revocation_changed ON revocation (changed);
        """;

    // channel.kind is a ChannelKind. The state of an inbox is in the format of InboxFormat.
    private const string Inboxes = """
        ALTER TABLE channel ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE inbox (
          channel INTEGER PRIMARY KEY,
          revision INTEGER NOT NULL,
          state BLOB NOT NULL,
          updated_at INTEGER NOT NULL
        );
        """;

    // The fields beside a notification, as JSON; NULL for none.
    private const string Fields = "ALTER TABLE notification ADD COLUMN meta BLOB;";

    // The key of the links that are signed; see IHistoryStore.ReadLinkKeyAsync.
    private const string Settings = """
        CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
        INSERT INTO setting VALUES ('link_key', randomblob(32));
        """;

    // These columns of the head are redundant: the rows range from the offset after the floor to the last offset, without a gap.
    private const string FromVersion1 = "ALTER TABLE channel DROP COLUMN last; ALTER TABLE channel DROP COLUMN owner;";

    /// <summary>Opens a separate connection to the file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isReader">Whether the connection only reads.</param>
    /// <param name="busyTimeout">How long its statements wait for a lock (https://sqlite.org/pragma.html#pragma_busy_timeout).</param>
    public static SqliteConnection Connect(string path, bool isReader, TimeSpan busyTimeout)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = isReader ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
        }.ToString());
        connection.Open();
        Execute(connection, BusyTimeout(busyTimeout));
        return connection;
    }

    /// <summary>Returns the statement that sets how long statements wait for a lock.</summary>
    public static string BusyTimeout(TimeSpan timeout) => $"PRAGMA busy_timeout = {(int)timeout.TotalMilliseconds}";

    /// <summary>Migrates the file to this version. A file of another program is left unchanged.</summary>
    /// <returns>Whether the file was empty.</returns>
    /// <exception cref="HistoryStoreException">The file belongs to another program or to a newer version.</exception>
    public static bool Prepare(SqliteConnection connection, string path)
    {
        var isNew = Number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
        var version = Number(connection, "PRAGMA user_version");
        if (!isNew && Number(connection, "PRAGMA application_id") != ApplicationId)
        {
            throw new HistoryStoreException(
                $"{path} is a database of another program. It was not changed; name another file (NOTIFY_STORE=sqlite:PATH).");
        }

        if (version > SchemaVersion)
        {
            throw new HistoryStoreException(
                $"{path} was written by a newer version of Notify (schema {version}, this one knows {SchemaVersion}). "
                    + "It was not changed; run the newer version.");
        }

        // A commit is on the disk before its requests are answered; see https://sqlite.org/pragma.html#pragma_synchronous.
        Execute(
            connection,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; "
                + "PRAGMA wal_autocheckpoint = 8192; PRAGMA cache_size = -32768; PRAGMA secure_delete = FAST");
        if (version < SchemaVersion)
        {
            var steps = version switch
            {
                0 => Schema + Tail + Identity + Marks,
                1 => FromVersion1 + Tail + Identity + Marks,
                2 => Tail + Identity + Marks,
                3 => Identity + Marks,
                4 => Marks,
                _ => "",
            } + (version < 6 ? Revocations : "") + (version < 7 ? Inboxes : "") + (version < 8 ? Fields : "") + Settings;
            Execute(
                connection,
                $"BEGIN IMMEDIATE; {steps} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {SchemaVersion}; COMMIT");
        }

        return isNew;
    }

    public static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
