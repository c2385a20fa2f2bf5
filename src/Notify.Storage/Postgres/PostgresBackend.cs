using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;
using Notify.Broker.Revocations;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>Stores the history in a PostgreSQL database that the nodes of a cluster share.</summary>
internal sealed class PostgresBackend : IStoreBackend
{
    private const int Readers = 4;

    private static readonly TimeSpan StartPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StartReport = TimeSpan.FromSeconds(5);

    private readonly StoreOptions _options;
    private readonly ILogger _logger;
    private readonly OwnedChannels _claimed = new();
    private readonly NpgsqlDataSource _writing;
    private readonly NpgsqlDataSource _reading;
    private readonly PostgresWriteConnection _session;
    private readonly PostgresHistory _history;
    private readonly PostgresClock _clock;
    private readonly PostgresWriter _writer;
    private readonly PostgresReader _reader;
    private readonly PostgresTrimmer _trimmer;
    private readonly PostgresSizeLimit _space;
    private readonly IReadOnlyList<string> _migrations;

    public PostgresBackend(
        NpgsqlConnectionStringBuilder address,
        ChannelOptions channels,
        StoreOptions options,
        ILogger logger,
        IReadOnlyList<string>? migrations = null)
    {
        _options = options;
        _logger = logger;
        _migrations = migrations ?? PostgresMigrations.All;
        Name = $"The PostgreSQL store {address.Host}:{address.Port}/{address.Database ?? address.Username}";
        _writing = PostgresDataSources.ForWriting(address);
        _reading = PostgresDataSources.ForReading(address, Readers);
        _session = new PostgresWriteConnection(_writing);
        _history = new PostgresHistory(_session, channels, options.Time, Name, logger);
        _clock = new PostgresClock(_session, options, logger);
        _writer = new PostgresWriter(_session, _history, channels, options, _clock, Name, logger);
        _reader = new PostgresReader(_reading, Readers);
        _trimmer = new PostgresTrimmer(_session, _claimed, channels, options, _clock);
        _space = new PostgresSizeLimit(_reader, options, logger);
    }

    public string Name { get; }

    /// <inheritdoc />
    public string SystemName => "postgresql";

    // Waits for a server that is not up yet, because containers start together. A permanent error is reported at once.
    public void Open(CancellationToken cancellationToken)
    {
        var deadline = _options.Time.GetMilliseconds() + (long)_options.LockTimeout.TotalMilliseconds;
        for (var reportAt = _options.Time.GetMilliseconds(); ;)
        {
            try
            {
                _session.Verify = null;
                new PostgresSchema(_session, Name, _migrations).Prepare();
                _session.Verify = _history.Verify;
                _session.Connect();
                _clock.Begin();
                return;
            }
            catch (Exception exception) when (PostgresFailure.Is(exception))
            {
                var cause = PostgresFailure.Explain(exception);
                if (!PostgresFailure.MayPass(exception) || _options.Time.GetMilliseconds() >= deadline)
                {
                    throw new HistoryStoreException(
                        $"{Name} cannot be used: {cause} Start or mend it, or say where it is (NOTIFY_STORE=postgres:CONNECTION).",
                        exception);
                }

                if (_options.Time.GetMilliseconds() >= reportAt)
                {
                    reportAt = _options.Time.GetMilliseconds() + (long)StartReport.TotalMilliseconds;
                    StoreLog.Waits(_logger, Name, cause, (deadline - _options.Time.GetMilliseconds() + 999) / 1000);
                }
            }

            cancellationToken.WaitHandle.WaitOne(StartPause);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public StoreResults Write(IReadOnlyList<StoreRequest> batch) => Try(() =>
    {
        var (results, heads) = _writer.Write(batch);
        foreach (var (row, kept) in heads)
        {
            _trimmer.Note(row, kept);
        }

        foreach (var request in batch)
        {
            switch (request)
            {
                case StoreRequest.Claim claim when results.TryGet(claim, out var channel) && channel.IsKnown:
                    _claimed.Add(channel.Row);
                    break;
                case StoreRequest.Append append when results.IsStored(append):
                    _trimmer.Note(append.Channel.Row);
                    break;
            }
        }

        return results;
    });

    public bool Trim()
    {
        _space.Measure(_clock.IsBelieved);
        return Try(_trimmer.Turn);
    }

    public void Probe() => Try(() =>
    {
        _writer.Touch();
        return true;
    });

    public Task<StoredPage> ReadAsync(SqlChannel channel, long after, long upTo, int maxBytes) =>
        _reader.ReadAsync(channel, after, upTo, maxBytes);

    public Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels) =>
        _reader.InTurnAsync(connection => PostgresInboxes.PeekAsync(connection, channels));

    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) => _reader.ListAsync(prefix, after, limit);

    public Task<IReadOnlyList<Revocation>> ReadRevocationsAsync(long changed, int limit) =>
        _reader.InTurnAsync(connection => PostgresRevocations.ReadAsync(connection, changed, limit));

    /// <inheritdoc />
    public Task<byte[]> ReadLinkKeyAsync() => _reader.InTurnAsync(static async connection =>
    {
        await using var command = new NpgsqlCommand("SELECT value FROM notify.setting WHERE name = 'link_key'", connection);
        return await command.ExecuteScalarAsync() as byte[] ?? throw new BackendException("The table setting has no link_key.");
    });

    public void Release(SqlChannel channel) => _claimed.Remove(channel.Row);

    public void Dispose()
    {
        _session.Dispose();
        _reader.Dispose();
        _writing.Dispose();
        _reading.Dispose();
    }

    private static T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (PostgresFailure.Is(exception))
        {
            throw new BackendException(PostgresFailure.Explain(exception), exception)
            {
                IsOfData = PostgresFailure.IsOfData(exception),
                IsBlocked = PostgresFailure.IsBlocked(exception),
            };
        }
    }
}
