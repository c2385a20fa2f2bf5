using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// The one connection that writes. A transaction is sent as a whole, its commit included, and answered as a whole: one round trip.
/// Belongs to the writer's thread.
/// </summary>
internal sealed class PostgresWriteConnection(NpgsqlDataSource source) : IDisposable
{
    // Read committed, whatever the server's default: what a statement finds locked it reads anew when it gets the lock, and the next
    // statement sees what was committed meanwhile; the fence is made of this. A transaction that a higher level would refuse is one that
    // the fence settles.
    private const string Begin = "BEGIN ISOLATION LEVEL READ COMMITTED";

    // A 200 says that the notification survives a crash of the server, so that its default must not weaken it; a server that waits for
    // its replicas to apply is stricter and stays so. Said in each transaction, because a pooler between may hand out another connection
    // for each. Nobody of ours holds a lock for long; what waits longer waits for somebody who has forgotten a transaction. A node that is
    // frozen in the middle of a transaction loses it, and what it has locked.
    private const string Settings = """
        SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
          set_config('lock_timeout', '1s', true), set_config('idle_in_transaction_session_timeout', '10s', true)
        """;

    // Of a node that lost its power, or its network, the server would keep what it has locked for the hours that TCP waits by default.
    private const string KeepAlive = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3";

    private NpgsqlConnection? _connection;
    private bool _isVerifying;

    /// <summary>Looks at each new connection before anything is written through it; null while there is no schema to look at.</summary>
    public Func<HistoryMark>? Verify { get; set; }

    /// <summary>What each transaction finds, once a connection was looked at.</summary>
    public HistoryMark? Mark { get; private set; }

    /// <summary>The newest generation that was found, on whichever connection.</summary>
    public long Generation { get; private set; }

    /// <summary>Whether the server waited for replicas in the last transaction, on whichever connection.</summary>
    public bool WasSynchronous { get; private set; }

    /// <summary>Connects, where it is not connected.</summary>
    /// <exception cref="NpgsqlException">It cannot.</exception>
    public void Connect()
    {
        Dial();
        if (Mark is not null || Verify is null || _isVerifying)
        {
            return;
        }

        _isVerifying = true;
        try
        {
            Mark = Verify();
            Generation = Mark.Generation;
        }
        catch
        {
            Abort();
            throw;
        }
        finally
        {
            _isVerifying = false;
        }
    }

    private void Dial()
    {
        if (_connection is not null)
        {
            return;
        }

        var connection = source.CreateConnection();
        try
        {
            connection.Open();
            using var command = new NpgsqlCommand(KeepAlive, connection);
            command.ExecuteNonQuery();
            _connection = connection;
        }
        finally
        {
            if (_connection is null)
            {
                connection.Dispose();
            }
        }
    }

    /// <summary>
    /// Runs a transaction and returns when it is committed. After a failure nothing is known to be done, and neither is it where the
    /// database's history turns out to be another one: a pooler between may lead to another server without a new connection.
    /// </summary>
    /// <param name="commands">What it does.</param>
    /// <param name="read">Reads the rows; it begins in the rows of the first command that has some.</param>
    /// <param name="timeout">How long it may take; null for the address's own limit.</param>
    /// <param name="changesMark">Whether it makes the history another one itself; the connection is looked at anew after it.</param>
    public void Transact(
        IEnumerable<NpgsqlBatchCommand> commands, Action<NpgsqlDataReader>? read = null, TimeSpan? timeout = null, bool changesMark = false)
    {
        Connect();

        // Last: a node that renews all epochs waits for what is under way, so that this sees whether it has come before.
        NpgsqlBatchCommand[] mark = Mark is { } expected && !changesMark ? [new(expected.Query())] : [];
        Run([new(Begin), new(Settings), .. commands, .. mark, new("COMMIT")], hasSettings: true, read, timeout);
        if (changesMark)
        {
            Mark = null;
        }
    }

    /// <summary>Runs the first part of a transaction, which <see cref="End"/> ends.</summary>
    public void Start(IEnumerable<NpgsqlBatchCommand> commands, Action<NpgsqlDataReader> read, TimeSpan? timeout = null) =>
        Run([new(Begin), new(Settings), .. commands], hasSettings: true, read, timeout);

    /// <summary>Runs the last part of a transaction.</summary>
    public void End(IEnumerable<NpgsqlBatchCommand> commands, Action<NpgsqlDataReader>? read = null, TimeSpan? timeout = null) =>
        Run([.. commands, new("COMMIT")], hasSettings: false, read, timeout);

    /// <summary>Reads the rows of one query; within a transaction that was started, as a part of it.</summary>
    public void Query(string sql, Action<NpgsqlDataReader> row) => Query(new NpgsqlBatchCommand(sql), row);

    /// <summary>Reads the rows of one query; within a transaction that was started, as a part of it.</summary>
    /// <param name="query">The query.</param>
    /// <param name="row">Reads a row.</param>
    /// <param name="mayBeRefused">Whether the server may refuse it; outside of a transaction the connection stays.</param>
    public void Query(NpgsqlBatchCommand query, Action<NpgsqlDataReader> row, bool mayBeRefused = false) => Run(
        [query],
        hasSettings: false,
        rows =>
        {
            while (rows.Read())
            {
                row(rows);
            }
        },
        timeout: null,
        mayBeRefused);

    /// <summary>Ends a transaction whose last part will not be run: it ends with its connection.</summary>
    public void Abort() => Dispose();

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
        Mark = null;
    }

    private void Run(
        List<NpgsqlBatchCommand> commands,
        bool hasSettings,
        Action<NpgsqlDataReader>? read,
        TimeSpan? timeout,
        bool mayBeRefused = false)
    {
        try
        {
            Dial();
            using var batch = new NpgsqlBatch(_connection);
            if (timeout is { } limit)
            {
                batch.Timeout = (int)limit.TotalSeconds;
            }

            foreach (var command in commands)
            {
                batch.BatchCommands.Add(command);
            }

            using var rows = batch.ExecuteReader();
            if (hasSettings)
            {
                rows.NextResult();
            }

            read?.Invoke(rows);

            // A commit that fails says so behind the last rows.
            do
            {
                Check(rows);
            }
            while (rows.NextResult());
        }
        catch (PostgresException) when (mayBeRefused)
        {
            throw;
        }
        catch
        {
            Abort();
            throw;
        }
    }

    private void Check(NpgsqlDataReader rows)
    {
        if (Mark is not { } mark || rows.FieldCount == 0 || rows.GetName(0) != HistoryMark.Column)
        {
            return;
        }

        rows.Read();
        var found = new HistoryMark(rows.GetInt32(0), rows.GetInt64(1), rows.IsDBNull(2) ? null : rows.GetInt32(2));
        if (!found.Follows(mark))
        {
            throw new IOException("The history of the database is not the one that was connected to; it is looked at anew.");
        }

        (Mark, Generation, WasSynchronous) = (found, found.Generation, rows.GetBoolean(3));
    }
}
