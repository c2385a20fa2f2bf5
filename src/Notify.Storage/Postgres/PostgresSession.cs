using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// The one connection that writes. A transaction is sent as a whole, its commit included, and answered as a whole: one round trip.
/// Belongs to the writer's thread.
/// </summary>
internal sealed class PostgresSession(NpgsqlDataSource source) : IDisposable
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

    /// <summary>Connects, where it is not connected.</summary>
    /// <exception cref="NpgsqlException">It cannot.</exception>
    public void Connect()
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

    /// <summary>Runs a transaction and returns when it is committed. After a failure nothing is known to be done.</summary>
    /// <param name="commands">What it does.</param>
    /// <param name="read">Reads the rows; it begins in the rows of the first command that has some.</param>
    /// <param name="timeout">How long it may take; null for the address's own limit.</param>
    public void Transact(IEnumerable<NpgsqlBatchCommand> commands, Action<NpgsqlDataReader>? read = null, TimeSpan? timeout = null) =>
        Run([new(Begin), new(Settings), .. commands, new("COMMIT")], hasSettings: true, read, timeout);

    /// <summary>Runs the first part of a transaction, which <see cref="End"/> ends.</summary>
    public void Start(IEnumerable<NpgsqlBatchCommand> commands, Action<NpgsqlDataReader> read, TimeSpan? timeout = null) =>
        Run([new(Begin), new(Settings), .. commands], hasSettings: true, read, timeout);

    /// <summary>Runs the last part of a transaction.</summary>
    public void End(IEnumerable<NpgsqlBatchCommand> commands, Action<NpgsqlDataReader>? read = null, TimeSpan? timeout = null) =>
        Run([.. commands, new("COMMIT")], hasSettings: false, read, timeout);

    /// <summary>Reads the rows of one query; within a transaction that was started, as a part of it.</summary>
    public void Query(string sql, Action<NpgsqlDataReader> row) => Run(
        [new(sql)],
        hasSettings: false,
        rows =>
        {
            while (rows.Read())
            {
                row(rows);
            }
        },
        timeout: null);

    /// <summary>Ends a transaction whose last part will not be run: it ends with its connection.</summary>
    public void Abort() => Dispose();

    public void Dispose()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private void Run(List<NpgsqlBatchCommand> commands, bool hasSettings, Action<NpgsqlDataReader>? read, TimeSpan? timeout)
    {
        try
        {
            Connect();
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
            while (rows.NextResult())
            {
            }
        }
        catch
        {
            Abort();
            throw;
        }
    }
}
