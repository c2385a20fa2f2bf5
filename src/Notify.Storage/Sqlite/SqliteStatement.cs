using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Notify.Storage.Sqlite;

/// <summary>
/// A statement that is prepared once and run again and again. It calls SQLite directly: a command of the ADO.NET provider costs several
/// times what the database needs for one row. Parameters are counted from 1, columns from 0, as in SQLite's own interface.
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

    /// <summary>Runs it to its end, and returns how many rows it changed.</summary>
    public int Run()
    {
        while (Read())
        {
            // Rows are not asked for here.
        }

        return raw.sqlite3_changes(_database);
    }

    /// <summary>Goes to the next row. False at the end, which makes it ready to run again.</summary>
    public bool Read()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        // The reset says again what the step said.
        var failure = raw.sqlite3_reset(_statement);
        Check(code == raw.SQLITE_DONE ? failure : code);
        return false;
    }

    /// <summary>Leaves the rest of the rows, which makes it ready to run again.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    /// <summary>The one number that it selects, or null.</summary>
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
