using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Checks whether the path still leads to the open file. SQLite compares the inodes itself. Opening and closing another descriptor here
/// would cost SQLite its locks.
/// </summary>
/// <param name="connection">A connection to the file.</param>
/// <param name="path">The file's path, without links.</param>
internal sealed class SqliteIdentity(SqliteConnection connection, string path)
{
    // SQLITE_FCNTL_HAS_MOVED (https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html).
    private const int HasMoved = 20;

    private readonly string _log = path + "-wal";

    // A file system without shared memory has no such log.
    private readonly bool _hasLog = File.Exists(path + "-wal");

    /// <summary>Checks the file.</summary>
    /// <exception cref="BackendException">The file was deleted, moved or replaced, so no later start would find new writes.</exception>
    public void Check()
    {
        // Windows does not move open files, and SQLite does not support the check there.
        var isMoved = 0;
        if (sqlite3_file_control(connection.Handle!, "main", HasMoved, ref isMoved) == raw.SQLITE_OK && isMoved != 0)
        {
            throw new BackendException(
                $"{path} was deleted, moved or replaced while the server has it open, so new notifications would be lost. "
                + "Put the file back with its -wal file, or restart the server to continue with the file that is there now.");
        }

        if (_hasLog && !File.Exists(_log))
        {
            throw new BackendException(
                $"{_log} was deleted while the server has it open. "
                + $"Stop the server with SIGTERM, which writes its data into {path}, and start it again.");
        }
    }

    [DllImport("e_sqlite3", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static extern int sqlite3_file_control(
        sqlite3 database, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int operation, ref int argument);
}
