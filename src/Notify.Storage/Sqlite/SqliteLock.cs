using System.Runtime.InteropServices;
using Notify.Broker;
using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Holds the database file for one process: a lock on a byte of the file itself, whatever path leads to it, and on <c>PATH.lock</c>. Why it
/// takes both is said in the README of this project.
/// </summary>
internal sealed class SqliteLock : IDisposable
{
    // Far behind the largest database: where locks are mandatory, nobody may read what is locked.
    private const long Byte = 1L << 62;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _beside;
    private readonly FileStream _file;

    private SqliteLock(FileStream beside, FileStream file)
    {
        _beside = beside;
        _file = file;
    }

    /// <summary>Waits until no other process has the file. The file is created when it is missing.</summary>
    /// <param name="path">The file, without links.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HistoryStoreException">Another process keeps it, or it, or what SQLite puts beside it, cannot be written.</exception>
    /// <exception cref="BackendException">The disk is full.</exception>
    public static SqliteLock Take(string path, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var deadline = MonotonicClock.Now + (long)timeout.TotalMilliseconds;
        FileStream? beside = null;
        FileStream? file = null;
        try
        {
            SqliteAccess.CreateFolder(path);
            Wait(path, () => TryLock(path + ".lock", out beside), deadline, cancellationToken);
            file = Open(path);
            Wait(path, () => TryLock(file), deadline, cancellationToken);
            SqliteAccess.CheckCompanions(path);
            return new SqliteLock(beside!, file);
        }
        catch
        {
            file?.Dispose();
            beside?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Lets go of the file. Only after every connection to it is closed: a process that closes any descriptor of a file loses the locks
    /// that SQLite has on it.
    /// </summary>
    public void Dispose()
    {
        _file.Dispose();
        _beside.Dispose();
    }

    private static void Wait(string path, Func<bool> tryLock, long deadline, CancellationToken cancellationToken)
    {
        while (!tryLock())
        {
            if (MonotonicClock.Now >= deadline)
            {
                throw new HistoryStoreException(
                    $"Another process has {path} open. Stop it, or give this one a file of its own (NOTIFY_STORE=sqlite:PATH).");
            }

            cancellationToken.WaitHandle.WaitOne(RetryInterval);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static bool TryLock(string name, out FileStream? stream)
    {
        try
        {
            stream = SqliteAccess.Open(name, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            // Somebody else has it.
            stream = null;
            return false;
        }
    }

    private static FileStream Open(string path)
    {
        var file = SqliteAccess.Open(path, FileShare.ReadWrite | FileShare.Delete);
        if (OperatingSystem.IsLinux())
        {
            // The framework has locked the file as a whole, which some network file systems would hold against SQLite.
            _ = FileLocks.Flock(file.SafeFileHandle, FileLocks.Unlock);
        }

        return file;
    }

    private static bool TryLock(FileStream file)
    {
        if (OperatingSystem.IsLinux() && Environment.Is64BitProcess)
        {
            var range = new FileLocks.Range { Type = FileLocks.Write, Start = Byte, Length = 1 };
            if (FileLocks.Fcntl(file.SafeFileHandle, FileLocks.SetOfDescription, ref range) == 0)
            {
                return true;
            }

            // A system or a file system without such locks leaves what is beside the file.
            return Marshal.GetLastPInvokeError() is not (FileLocks.Again or FileLocks.Denied);
        }

        if (OperatingSystem.IsWindows())
        {
            try
            {
                file.Lock(Byte, 1);
            }
            catch (IOException)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Declares the locks of Linux that belong to an open file, and not to its process.</summary>
    private static class FileLocks
    {
        public const int Unlock = 8;
        public const int SetOfDescription = 37;
        public const int Again = 11;
        public const int Denied = 13;
        public const short Write = 1;

        [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        public static extern int Fcntl(SafeHandle file, int command, ref Range range);

        [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        public static extern int Flock(SafeHandle file, int operation);

        /// <summary>Is <c>struct flock</c> of every 64-bit Linux.</summary>
        [StructLayout(LayoutKind.Sequential)]
        public struct Range
        {
            public short Type;
            public short Whence;
            public long Start;
            public long Length;
            public int Process;
        }
    }
}
