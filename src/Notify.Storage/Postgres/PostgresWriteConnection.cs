using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// Owns the one connection that writes. A transaction is sent as a whole, including its commit, and answered as a whole, in one round trip.
/// Belongs to the writer's thread.
/// </summary>
internal sealed class PostgresWriteConnection(NpgsqlDataSource source) : IDisposable
{
    // The fence depends on this isolation level, whatever the server's default is: a statement reads a locked row again when it gets the
    // lock, and the next statement sees what was committed in the meantime. Where a higher level would refuse a transaction, the fence
    // decides.
    private const string Begin = "BEGIN ISOLATION LEVEL READ COMMITTED";

    // A 200 promises that the notification survives a crash of the server, so the server's default must not weaken it. The stricter
    // remote_apply is left unchanged. The settings are sent in each transaction, because a pooler may use another connection for each one.
    // No transaction of Notify holds a lock for long, so a long wait means that another session has left a transaction open. A node that
    // hangs in the middle of a transaction loses the transaction and its locks.
    private const string Settings = """
        SELECT
          set_config('synchronous_commit',
            CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
          set_config('lock_timeout', '1s', true), set_config('idle_in_transaction_session_timeout', '10s', true)
        """;

    // Otherwise the server would hold the locks of a node that lost its power or its network for hours, as long as TCP waits by default.
    private const string KeepAlive = "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3";

    private NpgsqlConnection? _connection;
    private bool _isVerifying;

    /// <summary>
    /// Gets or sets the check that runs on each new connection before the first write; null while there is no schema to check.
    /// </summary>
    public Func<HistoryMark>? Verify { get; set; }

    /// <summary>Gets the mark that each transaction must find; null before the first check.</summary>
    public HistoryMark? Mark { get; private set; }

    /// <summary>Gets the newest generation found on any connection.</summary>
    public long Generation { get; private set; }

    /// <summary>Gets whether the server waited for replicas in the last transaction on any connection.</summary>
    public bool WasSynchronous { get; private set; }

    /// <summary>Connects unless the connection is open.</summary>
    /// <exception cref="NpgsqlException">The connection failed.</exception>
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
    /// Runs a transaction and returns when it is committed. After a failure its outcome is unknown. It also fails when the database's
    /// history is another one, because a pooler may switch to another server without a new connection.
    /// </summary>
    /// <param name="commands">The statements of the transaction.</param>
    /// <param name="read">Reads the rows, starting with those of the first command that returns some.</param>
    /// <param name="timeout">The time limit; null for the limit in the address.</param>
    /// <param name="changesMark">Whether the transaction itself changes the mark. The connection is checked again after it.</param>
    public void Transact(
        IEnumerable<NpgsqlBatchCommand> commands, Action<NpgsqlDataReader>? read = null, TimeSpan? timeout = null, bool changesMark = false)
    {
        Connect();

        // The check comes last. A renewal of all epochs waits for transactions under way, so this one sees whether the renewal came first.
        NpgsqlBatchCommand[] mark = Mark is { } expected && !changesMark ? [new(expected.Query())] : [];
        Run([new(Begin), new(Settings), .. commands, .. mark, new("COMMIT")], hasSettings: true, read, timeout);
        if (changesMark)
        {
            Mark = null;
        }
    }

    /// <summary>Runs the first part of a transaction. <see cref="End"/> runs the rest.</summary>
    public void Start(IEnumerable<NpgsqlBatchCommand> commands, Action<NpgsqlDataReader> read, TimeSpan? timeout = null) =>
        Run([new(Begin), new(Settings), .. commands], hasSettings: true, read, timeout);

    /// <summary>Runs the last part of a transaction.</summary>
    public void End(IEnumerable<NpgsqlBatchCommand> commands, Action<NpgsqlDataReader>? read = null, TimeSpan? timeout = null) =>
        Run([.. commands, new("COMMIT")], hasSettings: false, read, timeout);

    /// <summary>Reads the rows of one query, which is a part of the started transaction if there is one.</summary>
    public void Query(string sql, Action<NpgsqlDataReader> row) => Query(new NpgsqlBatchCommand(sql), row);

    /// <summary>Reads the rows of one query, which is a part of the started transaction if there is one.</summary>
    /// <param name="query">The query.</param>
    /// <param name="row">Reads a row.</param>
    /// <param name="mayBeRefused">Whether the server may refuse the query. Outside of a transaction the connection stays open then.</param>
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

    /// <summary>Abandons a started transaction by closing its connection.</summary>
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

            // A failed commit is reported after the last rows.
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
            throw new IOException("The history of the database has changed since the connection was opened. It is checked again.");
        }

        (Mark, Generation, WasSynchronous) = (found, found.Generation, rows.GetBoolean(3));
    }
}
