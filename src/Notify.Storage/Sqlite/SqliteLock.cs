using System.Runtime.InteropServices;
using Notify.Broker;
using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Locks the database file for one process: a byte of the file itself, whatever path leads to it, and <c>PATH.lock</c>. The README of this
/// project explains why both are needed.
/// </summary>
internal sealed class SqliteLock : IDisposable
{
    // Far beyond the largest database, because locked bytes cannot be read where locks are mandatory.
    private const long Byte = 1L << 62;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _beside;
    private readonly FileStream _file;

    private SqliteLock(FileStream beside, FileStream file)
    {
        _beside = beside;
        _file = file;
    }

    /// <summary>Waits until no other process uses the file, and locks it. The file is created when it is missing.</summary>
    /// <param name="path">The file's path, without links.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HistoryStoreException">Another process uses the file, or the file or one of SQLite's companion files cannot be
    /// written.</exception>
    /// <exception cref="BackendException">The disk is full.</exception>
    public static SqliteLock Take(string path, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var deadline = time.GetMilliseconds() + (long)timeout.TotalMilliseconds;
        FileStream? beside = null;
        FileStream? file = null;
        try
        {
            SqliteAccess.CreateFolder(path);
            Wait(path, () => TryLock(path + ".lock", out beside), deadline, time, cancellationToken);
            file = Open(path);
            Wait(path, () => TryLock(file), deadline, time, cancellationToken);
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
    /// Releases the lock. Every connection to the file must be closed before: when a process closes any descriptor of a file, it loses
    /// SQLite's locks on that file.
    /// </summary>
    public void Dispose()
    {
        _file.Dispose();
        _beside.Dispose();
    }

    private static void Wait(string path, Func<bool> tryLock, long deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        while (!tryLock())
        {
            if (time.GetMilliseconds() >= deadline)
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
            // Another process has the file open.
            stream = null;
            return false;
        }
    }

    private static FileStream Open(string path)
    {
        var file = SqliteAccess.Open(path, FileShare.ReadWrite | FileShare.Delete);
        if (OperatingSystem.IsLinux())
        {
            // The framework has locked the whole file. Some network file systems would make this lock conflict with SQLite.
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

            // Without such locks in the system or the file system, the file beside the database must suffice.
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

    /// <summary>Declares the Linux locks that belong to an open file and not to its process.</summary>
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

        /// <summary>Mirrors <c>struct flock</c> of 64-bit Linux.</summary>
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
