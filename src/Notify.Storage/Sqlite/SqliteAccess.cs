using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Opens what SQLite will write, before SQLite does: it would read a file that it may not write, and every send would fail for ever.
/// </summary>
internal static class SqliteAccess
{
    /// <summary>Opens a file for reading and writing, and creates it when it is missing.</summary>
    /// <exception cref="HistoryStoreException">It cannot be written; the message says why, and whose it is.</exception>
    /// <exception cref="BackendException">There is no room for it.</exception>
    public static FileStream Open(string file, FileShare share, FileOptions options = FileOptions.None)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 0, options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && !IsHeld(exception))
        {
            throw Refusal(file, exception);
        }
    }

    /// <summary>Creates the folder of the database when it is missing.</summary>
    /// <exception cref="HistoryStoreException">It cannot be created.</exception>
    /// <exception cref="BackendException">There is no room for it.</exception>
    public static void CreateFolder(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refusal(path, exception, folder);
        }
    }

    /// <summary>Checks the log and the shared memory that a crash may have left, and that the folder takes new ones.</summary>
    /// <exception cref="HistoryStoreException">One of them cannot be written.</exception>
    /// <exception cref="BackendException">There is no room.</exception>
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

    // EAGAIN of Linux and macOS, ERROR_SHARING_VIOLATION: somebody else has it open.
    private static bool IsHeld(Exception exception) => exception is IOException { HResult: 11 or 35 or unchecked((int)0x80070020) };

    private static Exception Refusal(string path, Exception exception, string? folder = null) => SqliteFailure.IsOfSpace(exception, connection: null)
        ? new BackendException($"There is no room for {path}: {exception.Message}", exception)
        : new HistoryStoreException(
            $"{path} cannot be written{(folder is null ? "" : $", because its folder {folder} cannot")}: "
                + $"{exception.Message.TrimEnd('.')}.{FileOwner.Describe(folder ?? path)} "
                + "Let this user write there, or name another file (NOTIFY_STORE=sqlite:PATH).",
            exception);
}
