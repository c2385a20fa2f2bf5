using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Notices at the start that the database is an older copy of itself: a random mark is in the database and in a small file beside it, and
/// changes at every start and stop, and each minute in which something was written. A copy has a mark that is over.
/// Belongs to the writer's thread.
/// </summary>
/// <param name="connection">The connection that writes.</param>
/// <param name="path">The database, without links.</param>
/// <param name="name">The store, as the operator knows it.</param>
/// <param name="logger">Where it says what it noticed.</param>
internal sealed class SqliteGeneration(SqliteConnection connection, string path, string name, ILogger logger)
{
    private static readonly long Interval = (long)TimeSpan.FromMinutes(1).TotalMilliseconds;

    private readonly string _file = path + ".generation";
    private string? _mark;
    private bool _isWritten;
    private long _advanceAt;

    /// <summary>Whether the database is not the one that was here last. Its epochs have to be renewed before anything is written.</summary>
    public bool IsReplaced { get; private set; }

    /// <summary>Whether it is time for another mark, if something was written.</summary>
    public bool IsDue => MonotonicClock.Now >= _advanceAt;

    /// <summary>Compares the database with what is noted beside it.</summary>
    /// <param name="isNew">Whether it was created just now: nobody holds positions of it.</param>
    /// <exception cref="HistoryStoreException">The file beside it cannot be read.</exception>
    public void Compare(bool isNew)
    {
        var (mark, before) = Read();
        _mark = mark;
        var noted = Noted();

        // Neither has one at the first start with a version that notes it. A crash between the two leaves the file one mark behind.
        _isWritten = noted == mark;
        IsReplaced = !isNew && !_isWritten && (noted is null || noted != before);
    }

    /// <summary>The epochs are renewed.</summary>
    public void Renewed()
    {
        IsReplaced = false;
        Report();
    }

    private void Report() => StoreLog.Replaced(logger, name, _file);

    /// <summary>Marks the database anew, and then the file. What cannot be written is tried again the next time, with the same mark.</summary>
    public void Advance()
    {
        _advanceAt = MonotonicClock.Now + Interval;
        if (_isWritten || _mark is null)
        {
            var next = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE store SET mark_before = mark, mark = $mark";
            command.Parameters.AddWithValue("$mark", next);
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

    // In one step: what a crash leaves is the former one or this one.
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
