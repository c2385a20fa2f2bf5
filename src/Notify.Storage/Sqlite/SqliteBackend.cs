using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Notify.Broker.Histories;

namespace Notify.Storage.Sqlite;

/// <summary>A history in one file, for one node: write-ahead log, flushed at every commit.</summary>
internal sealed class SqliteBackend(string path, StoreOptions options, ILogger logger) : IStoreBackend
{
    private readonly SqliteReader _reader = new(path);
    private readonly ClaimedRows _claimed = new();
    private readonly SqliteFence _fence = new();
    private FileStream? _lock;
    private SqliteConnection? _connection;
    private SqliteWriter? _writer;
    private SqliteTrimmer? _trimmer;

    public string Name { get; } = $"The SQLite store {Path.GetFullPath(path)}";

    public void Open(CancellationToken cancellationToken)
    {
        _lock = SqliteFile.Lock(path, options.LockTimeout, cancellationToken);
        try
        {
            _connection = SqliteFile.Connect(path, isReader: false);
        }
        catch (SqliteException exception)
        {
            throw new HistoryStoreException($"{Path.GetFullPath(path)} cannot be opened: {exception.Message}", exception);
        }

        SqliteFile.Prepare(_connection, path);
        _writer = new SqliteWriter(_connection, _fence, options);
        _trimmer = new SqliteTrimmer(_connection, _writer, _claimed, options, logger);
    }

    public void Write(IReadOnlyList<StoreRequest> batch)
    {
        try
        {
            Try(() => _writer!.Write(batch));
        }
        catch (BackendException exception) when (!exception.IsOfData)
        {
            foreach (var append in batch.OfType<StoreRequest.Append>())
            {
                _fence.Forget(append.Channel.Row);
            }

            throw;
        }

        foreach (var request in batch)
        {
            switch (request)
            {
                case StoreRequest.Claim { Result: { } channel }:
                    _claimed.Add(channel.Row);
                    break;
                case StoreRequest.Append { IsKept: true } append:
                    _trimmer!.Note(append.Channel.Row);
                    break;
            }
        }
    }

    public bool Trim()
    {
        var isMore = false;
        Try(() => isMore = _trimmer!.Trim());
        return isMore;
    }

    // A write that does nothing still needs the room for a page of the log.
    public void Probe() => Try(() => _writer!.InTransaction(() => _trimmer!.Touch()));

    public Task<StoredPage> ReadAsync(SqlChannel channel, long after, long upTo, int maxBytes) => _reader.ReadAsync(channel, after, upTo, maxBytes);

    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) => _reader.ListAsync(prefix, after, limit);

    public void Release(SqlChannel channel)
    {
        _fence.Release(channel);
        _claimed.Remove(channel.Row);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _trimmer?.Dispose();
        _writer?.Dispose();
        _connection?.Dispose();
        _lock?.Dispose();
    }

    private static void Try(Action work)
    {
        try
        {
            work();
        }
        catch (SqliteException exception)
        {
            throw new BackendException(exception.Message, exception) { IsOfData = IsOfData(exception.SqliteErrorCode) };
        }
    }

    // SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_RANGE (https://sqlite.org/rescode.html).
    private static bool IsOfData(int code) => code is 18 or 19 or 20 or 25;
}
