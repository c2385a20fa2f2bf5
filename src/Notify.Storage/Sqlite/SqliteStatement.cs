using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Runs a statement that is prepared once. It calls SQLite directly: a command of the ADO.NET provider costs several times as much as the
/// database needs for one row. Parameters are counted from 1 and columns from 0, as in SQLite's own interface.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    public void Dispose() => _statement.Dispose();

    public SqliteStatement Bind(int place, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, place, value));
        return this;
    }

    public SqliteStatement Bind(int place, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(_statement, place, value));
        return this;
    }

    /// <summary>Sets a parameter to NULL when <paramref name="value"/> is empty.</summary>
    public SqliteStatement BindOrNull(int place, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_null(_statement, place) : raw.sqlite3_bind_blob(_statement, place, value));
        return this;
    }

    public SqliteStatement Bind(int place, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes);
        return Bind(place, bytes);
    }

    public SqliteStatement Bind(int place, string value)
    {
        Check(raw.sqlite3_bind_text(_statement, place, value));
        return this;
    }

    /// <summary>Runs the statement to its end and returns the number of changed rows.</summary>
    public int Run()
    {
        while (Read())
        {
            // Skips rows.
        }

        return raw.sqlite3_changes(_database);
    }

    /// <summary>Moves to the next row. Returns false at the end, after which the statement can run again.</summary>
    public bool Read()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        // The reset returns the error of the step again.
        var failure = raw.sqlite3_reset(_statement);
        Check(code == raw.SQLITE_DONE ? failure : code);
        return false;
    }

    /// <summary>Skips the remaining rows, so that the statement can run again.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    /// <summary>Returns the one number that the statement selects, or null.</summary>
    public long? Number()
    {
        if (!Read())
        {
            return null;
        }

        long? value = raw.sqlite3_column_type(_statement, 0) == raw.SQLITE_NULL ? null : GetInt64(0);
        Run();
        return value;
    }

    public long GetInt64(int column) => raw.sqlite3_column_int64(_statement, column);

    public int GetInt32(int column) => raw.sqlite3_column_int(_statement, column);

    public string GetString(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public ReadOnlySpan<byte> GetBytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public Guid GetGuid(int column) => new(GetBytes(column));

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
