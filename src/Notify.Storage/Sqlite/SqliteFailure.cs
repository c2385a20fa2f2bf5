using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Notify.Storage.Sqlite;

/// <summary>Classifies failures of SQLite and of its file (https://sqlite.org/rescode.html).</summary>
internal static class SqliteFailure
{
    // ENOSPC; EDQUOT of Linux and macOS; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
    private static readonly int[] NoRoom = [28, 122, 69, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <summary>Returns whether an exception is a failure of the database. Any other exception is a bug in this program.</summary>
    public static bool Is(Exception exception) =>
        exception is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException;

    /// <summary>Returns whether a statement failed because of its data: too large, a constraint, a mismatch, a range.</summary>
    public static bool IsOfData(SqliteException exception) =>
        exception.SqliteErrorCode is raw.SQLITE_TOOBIG or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;

    /// <summary>Returns whether a part of the file is known to be damaged.</summary>
    public static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB };

    /// <summary>Returns whether the disk or the user's quota is full. The file itself is intact then.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="connection">The connection that failed. It provides the system's error code; null when there is none.</param>
    public static bool IsOfSpace(Exception exception, SqliteConnection? connection) => exception switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } => true,
        SqliteException { SqliteErrorCode: raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN } =>
            connection?.Handle is { IsInvalid: false } handle && NoRoom.Contains(sqlite3_system_errno(handle)),
        IOException => NoRoom.Contains(exception.HResult),
        _ => false,
    };

    /// <summary>Returns the message for the operator when the file cannot be used at the start.</summary>
    public static string Explain(string path, Exception exception) => IsDamage(exception)
        ? $"{path} is damaged, or is no database of Notify: {exception.Message} "
            + "It was not changed; restore it from a backup, or move it away and start with an empty one."
        : $"{path} cannot be used: {exception.Message} It was not changed. Check its disk, and whether another program uses it.";

    [DllImport("e_sqlite3", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static extern int sqlite3_system_errno(sqlite3 database);
}
