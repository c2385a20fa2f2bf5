using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Detects at the start that the database is an older copy of itself. A random mark in the database and in a small file beside it changes
/// at every start and stop, and each minute in which something was written. An older copy has an outdated mark. Belongs to the writer's
/// thread.
/// </summary>
/// <param name="connection">The connection that writes.</param>
/// <param name="path">The database's path, without links.</param>
/// <param name="name">The name of the store in messages for the operator.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log for a replaced database.</param>
internal sealed class SqliteGeneration(SqliteConnection connection, string path, string name, TimeProvider time, ILogger logger)
{
    private static readonly long Interval = (long)TimeSpan.FromMinutes(1).TotalMilliseconds;

    private readonly string _file = path + ".generation";
    private string? _mark;
    private bool _isWritten;
    private long _advanceAt;

    /// <summary>
    /// Gets whether the database was replaced since the last start. Its epochs must be renewed before anything is written.
    /// </summary>
    public bool IsReplaced { get; private set; }

    /// <summary>Gets whether the mark must change if something was written.</summary>
    public bool IsDue => time.GetMilliseconds() >= _advanceAt;

    /// <summary>Compares the database's mark with the file.</summary>
    /// <param name="isNew">Whether the database was just created. No client has a position in it then.</param>
    /// <exception cref="HistoryStoreException">The file beside the database cannot be read.</exception>
    public void Compare(bool isNew)
    {
        var (mark, before) = Read();
        _mark = mark;
        var noted = Noted();

        // Neither mark exists at the first start with a version that has them. A crash between the two writes leaves the file one mark
        // behind.
        _isWritten = noted == mark;
        IsReplaced = !isNew && !_isWritten && (noted is null || noted != before);
    }

    /// <summary>Clears the detection after all epochs were renewed.</summary>
    public void Renewed()
    {
        IsReplaced = false;
        Report();
    }

    private void Report() => StoreLog.Replaced(logger, name, _file);

    /// <summary>
    /// Writes a new mark to the database and then to the file. A failed write is retried the next time with the same mark.
    /// </summary>
    public void Advance()
    {
        _advanceAt = time.GetMilliseconds() + Interval;
        if (_isWritten || _mark is null)
        {
            var next = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE store SET mark_before = mark, mark = $mark";
            command.Parameters.AddWithValue("$mark", next);

            // The provider would otherwise repeat for 30 seconds what SQLite has already waited for.
            command.CommandTimeout = 1;
            command.ExecuteNonQuery();
            (_mark, _isWritten) = (next, false);
        }

        try
        {
            Write(_mark);
            _isWritten = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            StoreLog.GenerationFails(logger, _file, exception.Message);
        }
    }

    private string? Noted()
    {
        try
        {
            return File.Exists(_file) ? File.ReadAllText(_file, Encoding.ASCII).Trim() : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HistoryStoreException($"{_file} cannot be read: {exception.Message}", exception);
        }
    }

    // The file is replaced in one step, so that a crash leaves either the old mark or the new one.
    private void Write(string mark)
    {
        var next = _file + ".new";
        using (var stream = new FileStream(next, SqliteAccess.OwnerOptions(FileMode.Create, FileAccess.Write, FileShare.None)))
        {
            stream.Write(Encoding.ASCII.GetBytes(mark + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, _file, overwrite: true);
    }

    private (string? Mark, string? Before) Read()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT mark, mark_before FROM store";
        using var row = command.ExecuteReader();
        row.Read();
        return (row.IsDBNull(0) ? null : row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1));
    }
}
