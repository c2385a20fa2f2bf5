using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Tells whether the path still leads to the file that is open. SQLite compares their inodes itself, so no descriptor is opened and closed
/// for it, which would cost SQLite its locks.
/// </summary>
/// <param name="connection">A connection to the file.</param>
/// <param name="path">The file, without links.</param>
internal sealed class SqliteIdentity(SqliteConnection connection, string path)
{
    // SQLITE_FCNTL_HAS_MOVED (https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html).
    private const int HasMoved = 20;

    private readonly string _log = path + "-wal";

    // Where the file system has no shared memory there is no such log.
    private readonly bool _hasLog = File.Exists(path + "-wal");

    /// <summary>Checks it.</summary>
    /// <exception cref="BackendException">It was deleted, moved or replaced: no later start finds what is written.</exception>
    public void Check()
    {
        // On Windows an open file cannot be moved, and SQLite knows no answer.
        var isMoved = 0;
        if (sqlite3_file_control(connection.Handle!, "main", HasMoved, ref isMoved) == raw.SQLITE_OK && isMoved != 0)
        {
            throw new BackendException(
                $"{path} is not the file any more that this server has open: it was deleted, moved or replaced, "
                + "and what is sent would be lost. Put the file back with its -wal, or restart the server to go on with what is there.");
        }

        if (_hasLog && !File.Exists(_log))
        {
            throw new BackendException(
                $"{_log} was deleted while the server has it open. "
                + $"Stop the server with SIGTERM, which writes what it has into {path}, and start it again.");
        }
    }

    [DllImport("e_sqlite3", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static extern int sqlite3_file_control(
        sqlite3 database, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int operation, ref int argument);
}
