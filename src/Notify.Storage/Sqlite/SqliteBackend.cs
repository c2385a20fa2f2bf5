using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;
using Notify.Broker.Revocations;

namespace Notify.Storage.Sqlite;

/// <summary>Stores the history of one node in a file, with a write-ahead log that is flushed at every commit.</summary>
/// <param name="given">The file's path, as the operator wrote it.</param>
/// <param name="channels">The limits of the channels.</param>
/// <param name="options">The limits of the store.</param>
/// <param name="logger">The log for failures of the store.</param>
internal sealed class SqliteBackend(string given, ChannelOptions channels, StoreOptions options, ILogger logger) : IStoreBackend
{
    private static readonly TimeSpan RestAfter = TimeSpan.FromSeconds(10);

    // Resolved once, because the target of a link may change while the server runs.
    // A notification of the largest usual size, its pages in the log, and their copies in the main file.
    private const long LeastSpace = 512 * 1024;

    private readonly string _path = CanonicalPath.Of(given);
    private readonly SqliteTail _tail = new(options.Time);
    private readonly OwnedChannels _claimed = new();
    private readonly SqliteFence _fence = new();
    private readonly TrimQueue _due = new(channels, options);
    private readonly StoreClock _clock = new(options.Time, options.ClockSettling, "this machine", logger);
    private SqliteReader? _reader;
    private TailCompactor? _compactor;
    private SqliteLock? _lock;
    private long _wroteAt;
    private bool _isResting = true;
    private bool _isOpen;
    private SqliteConnection? _connection;
    private SqliteIdentity? _identity;
    private SqliteGeneration? _generation;
    private bool _isMarked;
    private bool _isChanged;
    private bool _wasFull;
    private SqliteWriter? _writer;
    private SqliteTrimmer? _trimmer;

    private SqliteReader Reader => _isOpen ? _reader! : throw new BackendException("The file is not open yet.");

    public string Name => $"The SQLite store {_path}";

    /// <inheritdoc />
    public string SystemName => "sqlite";

    public void Open(CancellationToken cancellationToken) => Begin(options.LockTimeout, cancellationToken);

    public StoreResults Write(IReadOnlyList<StoreRequest> batch)
    {
        var results = new StoreResults(0);
        _wroteAt = options.Time.GetMilliseconds();
        _isResting = false;
        try
        {
            Try(() =>
            {
                BeginGeneration();
                results = _writer!.Write(batch);
            });
            _isChanged = true;

            // After the commit: a write to a file that no later start can find must not be acknowledged.
            _identity!.Check();
        }
        catch (BackendException exception) when (!exception.IsOfData)
        {
            foreach (var append in batch.OfType<StoreRequest.Append>())
            {
                _fence.Forget(append.Channel.Row);
            }

            foreach (var change in batch.OfType<StoreRequest.SaveInbox>())
            {
                _fence.Forget(change.Channel.Row);
            }

            throw;
        }

        foreach (var claim in batch.OfType<StoreRequest.Claim>())
        {
            if (results.TryGet(claim, out var channel) && channel.IsKnown)
            {
                _claimed.Add(channel.Row);
            }
        }

        return results;
    }

    public bool Trim()
    {
        var isMore = false;
        _identity!.Check();
        Try(() =>
        {
            BeginGeneration();
            if (_isChanged && _generation!.IsDue)
            {
                _isChanged = false;
                _generation.Advance();
            }

            if (_compactor!.IsDue)
            {
                _writer!.InTransaction(_compactor.Turn);
            }

            isMore = _trimmer!.Trim() || _compactor.IsDue;
            Rest();
        });
        return isMore;
    }

    // A write without changes may still fit on a disk that a notification does not fit on. The store would then fail and work in turn.
    public void Probe()
    {
        if (!_isOpen)
        {
            BeginAgain();
        }

        _identity!.Check();
        if (_wasFull)
        {
            RequireSpace();
        }

        Try(() => _writer!.InTransaction(() => _trimmer!.Touch()));
        _wasFull = false;
    }

    public async Task<StoredPage> ReadAsync(SqlChannel channel, long after, long upTo, int maxBytes) =>
        await Reader.ReadAsync(channel, after, upTo, maxBytes);

    public async Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels) => await Reader.PeekAsync(channels);

    public async Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) =>
        await Reader.ListAsync(prefix, after, limit);

    public async Task<IReadOnlyList<Revocation>> ReadRevocationsAsync(long changed, int limit) =>
        await Reader.ReadRevocationsAsync(changed, limit);

    /// <inheritdoc />
    public async Task<byte[]> ReadLinkKeyAsync() => await Reader.ReadLinkKeyAsync();

    public void Release(SqlChannel channel)
    {
        _fence.Release(channel);
        _claimed.Remove(channel.Row);
    }

    public void Dispose()
    {
        EndGeneration();
        Close();

        // Released last; see SqliteLock.Dispose.
        _lock?.Dispose();
    }

    private void RequireSpace()
    {
        long free;
        try
        {
            free = new DriveInfo(Path.GetDirectoryName(_path)!).AvailableFreeSpace;
        }
        catch (Exception exception) when (SqliteFailure.Is(exception))
        {
            throw new BackendException(exception.Message, exception);
        }

        if (free < LeastSpace)
        {
            throw new BackendException(
                $"The disk of {_path} is full: {free / 1024} kB are free, and it is written again when {LeastSpace / 1024} kB are.");
        }
    }

    private void Begin(TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        try
        {
            _lock ??= SqliteLock.Take(_path, lockTimeout, options.Time, cancellationToken);

            // Before SQLite writes to the file.
            _clock.Begin(LastWritten(), options.Time.GetUtcNow());
            _connection = SqliteFile.Connect(_path, isReader: false, options.BusyTimeout);
            var isNew = SqliteFile.Prepare(_connection, _path);
            _generation = new SqliteGeneration(_connection, _path, Name, options.Time, logger);
            _generation.Compare(isNew);
            _identity = new SqliteIdentity(_connection, _path);
            _reader = new SqliteReader(_path, _tail, options.BusyTimeout);
            _compactor = new TailCompactor(_connection, _tail, options, _due.Note);
            _writer = new SqliteWriter(_connection, _fence, _tail, _compactor, channels, options, _clock);
            _trimmer = new SqliteTrimmer(_connection, _writer, _compactor, _claimed, _due, channels, options, _clock, logger);
            _compactor.Begin();
            _isOpen = true;
        }
        catch (Exception exception) when (SqliteFailure.Is(exception))
        {
            var isOfSpace = SqliteFailure.IsOfSpace(exception, _connection);
            Close();
            throw isOfSpace
                ? new BackendException($"There is no room on its disk: {exception.Message}", exception)
                : new HistoryStoreException(SqliteFailure.Explain(_path, exception), exception);
        }

        var isLinked = !string.Equals(Path.GetFullPath(given), _path, StringComparison.Ordinal);
        StoreLog.Opened(logger, _path, isLinked ? $", to which {given} leads" : "");
        if (SqliteAccess.WiderMode(_path) is { } mode)
        {
            StoreLog.Readable(logger, _path, mode);
        }
    }

    private DateTimeOffset LastWritten() =>
        new[] { _path, _path + "-wal" }.Where(File.Exists).Max(file => new DateTimeOffset(File.GetLastWriteTimeUtc(file)));

    // The disk was full at the start. The operator can fix any other problem while the server runs.
    private void BeginAgain()
    {
        try
        {
            Begin(TimeSpan.Zero, CancellationToken.None);
        }
        catch (HistoryStoreException exception)
        {
            throw new BackendException(exception.Message, exception);
        }
    }

    private void Close()
    {
        _reader?.Dispose();
        _trimmer?.Dispose();
        _writer?.Dispose();
        _compactor?.Dispose();
        _connection?.Dispose();
    }

    // Releases the pages that a busy period left in memory once nothing has been written for a while.
    private void Rest()
    {
        if (!_isResting && options.Time.GetMilliseconds() - _wroteAt > (long)RestAfter.TotalMilliseconds)
        {
            SqliteFile.Execute(_connection!, "PRAGMA shrink_memory");
            _isResting = true;
        }
    }

    // Not at the start, because a disk that is full then may have space later.
    private void BeginGeneration()
    {
        if (_generation!.IsReplaced)
        {
            _writer!.Write([new StoreRequest.Renew()]);
            _generation.Renewed();
        }

        if (!_isMarked)
        {
            _generation.Advance();
            _isMarked = true;
        }
    }

    // A copy that was made while the server ran has an outdated mark.
    private void EndGeneration()
    {
        if (!_isMarked || _writer is null)
        {
            return;
        }

        try
        {
            _generation!.Advance();
        }
        catch (SqliteException exception)
        {
            StoreLog.GenerationNotMarked(logger, Name, exception.Message);
        }
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (SqliteException exception)
        {
            _wasFull |= SqliteFailure.IsOfSpace(exception, _connection);
            throw new BackendException(exception.Message, exception) { IsOfData = SqliteFailure.IsOfData(exception) };
        }
    }
}
