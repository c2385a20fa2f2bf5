using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Opens the files that SQLite will write before SQLite does. SQLite would open a read-only file for reading, and every publish would then
/// fail forever.
/// </summary>
internal static class SqliteAccess
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>
    /// Gets how a file is opened that, when it is created, only this user may read. SQLite gives what it creates the rights of the
    /// database.
    /// </summary>
    public static FileStreamOptions OwnerOptions(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }

    /// <summary>Gets the mode of a file, in octal digits, when other users may read or write it; else null.</summary>
    public static string? WiderMode(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var mode = File.GetUnixFileMode(file);
        return (mode & OfOthers) == UnixFileMode.None ? null : Convert.ToString((int)mode, toBase: 8).PadLeft(4, '0');
    }

    /// <summary>Opens a file for reading and writing, and creates it when it is missing.</summary>
    /// <exception cref="HistoryStoreException">It cannot be written; the message says why, and whose it is.</exception>
    /// <exception cref="BackendException">There is no room for it.</exception>
    public static FileStream Open(string file, FileShare share, FileOptions options = FileOptions.None)
    {
        try
        {
            var opening = OwnerOptions(FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
            (opening.BufferSize, opening.Options) = (0, options);
            return new FileStream(file, opening);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && !IsHeld(exception))
        {
            throw Refusal(file, exception);
        }
    }

    /// <summary>Creates the folder of the database when it is missing.</summary>
    /// <exception cref="HistoryStoreException">The folder cannot be created.</exception>
    /// <exception cref="BackendException">The disk is full.</exception>
    public static void CreateFolder(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                // An existing folder keeps its mode.
                Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refusal(path, exception, folder);
        }
    }

    /// <summary>Checks that the log and the shared memory file from a crash can be written, and that the folder accepts new ones.</summary>
    /// <exception cref="HistoryStoreException">One of them cannot be written.</exception>
    /// <exception cref="BackendException">The disk is full.</exception>
    public static void CheckCompanions(string path)
    {
        foreach (var file in new[] { path + "-wal", path + "-shm" }.Where(File.Exists))
        {
            Open(file, FileShare.ReadWrite | FileShare.Delete).Dispose();
        }

        var probe = path + "-check";
        try
        {
            Open(probe, FileShare.ReadWrite | FileShare.Delete, FileOptions.DeleteOnClose).Dispose();
        }
        catch (HistoryStoreException exception) when (exception.InnerException is { } cause && !File.Exists(probe))
        {
            throw Refusal(path, cause, Path.GetDirectoryName(path)!);
        }
    }

    // EAGAIN of Linux and macOS, ERROR_SHARING_VIOLATION: another process has the file open.
    private static bool IsHeld(Exception exception) => exception is IOException { HResult: 11 or 35 or unchecked((int)0x80070020) };

    private static Exception Refusal(string path, Exception exception, string? folder = null) =>
        SqliteFailure.IsOfSpace(exception, connection: null)
        ? new BackendException($"There is no room for {path}: {exception.Message}", exception)
        : new HistoryStoreException(
            $"{path} cannot be written{(folder is null ? "" : $", because its folder {folder} cannot")}: "
                + $"{exception.Message.TrimEnd('.')}.{FileOwner.Describe(folder ?? path)} "
                + "Let this user write there, or name another file (NOTIFY_STORE=sqlite:PATH).",
            exception);
}
